"""Nothing: the service asks the database by itself."""
