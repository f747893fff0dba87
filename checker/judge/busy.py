"""How much else this machine has to do, for whoever waits."""

import math
import os


def busy(most: float = math.inf) -> float:
    """How many times longer all takes here than with nothing else to do, but `most` times at most;
    1.0 where that is not known."""
    if not hasattr(os, "getloadavg"):
        return 1.0
    return min(most, max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1)))
