"""Hangs."""

while True:
    pass
