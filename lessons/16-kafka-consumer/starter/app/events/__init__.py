"""What the service does when it hears of an event."""
