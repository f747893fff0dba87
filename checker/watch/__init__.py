"""Watching: a lesson is graded after each save, and a key does the rest.

All that happens (`events`) comes through one queue (`loop`): saves (`changes`), what a grading says
(`runs`), keys (`keys`). What follows from it is decided in `step` and `pressed`, which touch
nothing; what is to be seen of it in `screen`, which decides nothing.
"""

from checker.watch.display import FullScreen
from checker.watch.loop import watch
from checker.watch.printed import Printed

__all__ = ["FullScreen", "Printed", "watch"]
