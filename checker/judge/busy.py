"""How much else this machine has to do, for whoever waits."""

import os


def busy() -> float:
    """How many times longer all takes here than with nothing else to do; 1.0 where that is not
    known."""
    if not hasattr(os, "getloadavg"):
        return 1.0
    return max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
