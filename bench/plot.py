"""The results as a plot: one row for each lesson, a point for each side, time on a log scale.

The same results give the same bytes. The background is transparent, and every colour can be told
from white as well as from black.
"""

import io
from typing import Any

import matplotlib as mpl
from matplotlib.figure import Figure

from bench.results import Results, spread

_SIDES = {
    "floor": ("the floor", "#777b81", "o"),
    "first_verdict": ("save to first verdict", "#b87a00", "v"),
    "warm": ("checker, warm", "#2f9e44", "o"),
    "pytest": ("pytest, cold", "#e5534b", "s"),
    "check": ("checker check, cold", "#4184e4", "D"),
}
INK = "#777b81"
COLOURS = (INK, *(colour for _, colour, _ in _SIDES.values()))
_TICKS = (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50, 100)
_STYLE: Any = {
    "svg.hashsalt": "bench",
    "svg.fonttype": "none",
    "font.family": "sans-serif",
    "font.size": 11,
    **dict.fromkeys(
        ("text.color", "axes.edgecolor", "axes.labelcolor", "xtick.color", "ytick.color"), INK
    ),
}


def render(results: Results) -> str:
    """The plot as SVG."""
    with mpl.rc_context(_STYLE):
        figure = Figure(figsize=(9, 1.8 + 0.42 * len(results.lessons)), layout="constrained")
        axes = figure.add_subplot()
        _draw(axes, results)
        page = io.StringIO()
        figure.savefig(
            page, format="svg", transparent=True, metadata={"Date": None, "Creator": None}
        )
    return "\n".join(line.rstrip() for line in page.getvalue().splitlines()) + "\n"


def _draw(axes: Any, results: Results) -> None:
    for name, (label, colour, marker) in _SIDES.items():
        rows, middles, below, above = [], [], [], []
        for row, lesson in enumerate(results.lessons):
            if samples := lesson.samples.get(name):
                found = spread(samples)
                rows.append(row)
                middles.append(found.median)
                below.append(found.median - found.low)
                above.append(found.high - found.median)
        axes.errorbar(
            middles,
            rows,
            xerr=[below, above],
            fmt=marker,
            color=colour,
            markersize=7,
            elinewidth=2,
            label=label,
        )
    axes.set_yticks(range(len(results.lessons)), [lesson.lesson for lesson in results.lessons])
    axes.set_ylim(len(results.lessons) - 0.5, -0.5)
    axes.set_xscale("log")
    seen = [value for line in axes.containers for value in line.lines[0].get_xdata()]
    low, high = min(seen) / 1.5, max(seen) * 1.5
    axes.set_xlim(low, high)
    ticks = [tick for tick in _TICKS if low <= tick <= high]
    axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    axes.minorticks_off()
    axes.grid(axis="x", color=INK, alpha=0.3)
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(length=0)
    axes.set_xlabel(
        f"seconds for one grading: median and quartiles\n{results.date}, {results.machine}"
    )
    axes.figure.legend(loc="outside upper center", ncols=len(_SIDES), frameon=False, fontsize=10)
