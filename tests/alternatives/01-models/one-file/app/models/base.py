"""Moved to tables.py."""
