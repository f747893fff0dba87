"""Raises."""

raise LookupError("nothing here")
