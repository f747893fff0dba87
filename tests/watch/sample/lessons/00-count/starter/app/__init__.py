"""The sample."""
