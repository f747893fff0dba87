"""Nothing: all of comments is in app.comments."""
