"""Saved as Latin-1: café."""
