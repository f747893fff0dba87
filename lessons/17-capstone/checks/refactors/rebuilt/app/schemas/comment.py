"""Nothing any more: remarks have taken its place."""
