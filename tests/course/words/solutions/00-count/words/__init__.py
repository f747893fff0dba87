"""A tool for words."""
