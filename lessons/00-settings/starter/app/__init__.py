"""A service for posts."""
