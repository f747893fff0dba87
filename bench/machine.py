"""The machine in a few words."""

import os
import platform
from pathlib import Path


def machine() -> str:
    """How many cores of which processor, under which system."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    system = platform.system()
    release = platform.release().split("-")[0]
    return f"{cores} cores of {_processor()}, {system} {release}"


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return " ".join(names[0].split()) if names else platform.processor() or platform.machine()
