"""Comments on posts: their model, what may be done with them, and how it is asked for."""
