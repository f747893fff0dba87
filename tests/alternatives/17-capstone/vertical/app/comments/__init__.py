"""Comments on posts: their model, what may be done with them, and how it is asked for."""

import app.models  # noqa: F401 - which imports the model of comments in its turn
