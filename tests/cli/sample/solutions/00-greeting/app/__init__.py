"""The sample service."""
