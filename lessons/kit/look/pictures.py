"""Pictures that are legible from the last row, and that say in words what they show.

Colours are told apart by those who see fewer of them (Okabe and Ito); none stands for something
that no word says.
"""

import base64
import io
import textwrap
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

BLUE, ORANGE, GREEN, RED, GREY = "#0072B2", "#E69F00", "#009E73", "#D55E00", "#767676"
PALE = "#dddddd"

Span = tuple[str, float, float, str]
"""A row, when something began and ended in it, and what it was."""

_INCHES, _DOTS = 10.0, 150
_STYLE: Any = {
    "font.size": 15,
    "axes.titlesize": 16,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "lines.linewidth": 2.5,
    "lines.markersize": 9,
    "legend.frameon": False,
    "legend.fontsize": 14,
}


def chart(height: float = 3.5, rows: int = 1, **options: Any) -> "tuple[Figure, Any]":
    """A figure as wide as the page, so many inches high, and its axes."""
    import matplotlib.pyplot as plt

    plt.rcParams.update(_STYLE)
    return plt.subplots(rows, figsize=(_INCHES, height), layout="constrained", **options)


def show(figure: "Figure", alt: str) -> None:
    """Show a figure, with words for those who do not see it."""
    import html

    import matplotlib.pyplot as plt
    from IPython.display import HTML, display

    with io.BytesIO() as file:
        figure.savefig(file, format="png", dpi=_DOTS, facecolor="white")
        data = base64.b64encode(file.getvalue()).decode()
    plt.close(figure)
    words = html.escape(" ".join(alt.split()))
    image = f'<img alt="{words}" style="width: 100%; max-width: 960px"'
    display(HTML(f'{image} src="data:image/png;base64,{data}">'))  # type: ignore[no-untyped-call]


def timeline(
    spans: Sequence[Span],
    colors: Mapping[str, str],
    *,
    unit: str = "ms",
    axes: "Axes | None" = None,
) -> "Figure":
    """A bar for each span: rows from the top in the order in which they come, kinds by colour."""
    rows = list(dict.fromkeys(row for row, *_ in spans))
    if axes is None:
        _, axes = chart(1.6 + 0.42 * len(rows))
    for row, begin, end, kind in spans:
        axes.barh(rows.index(row), end - begin, left=begin, height=0.7, color=colors[kind])
    for kind in (kind for kind in colors if any(kind == span[3] for span in spans)):
        axes.barh(0, 0, color=colors[kind], label=kind)
    axes.set_yticks(range(len(rows)), rows)
    axes.set_ylim(len(rows) - 0.4, -0.6)
    axes.set_xlabel(unit)
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=4)
    return axes.get_figure()  # type: ignore[return-value]


def tree(rows: Sequence[tuple[int, str, str]], axes: "Axes | None" = None) -> "Figure":
    """Boxes below each other, each under its parent: how deep it is, its text, its colour."""
    if axes is None:
        _, axes = chart(0.3 + 0.62 * len(rows))
    for number, (depth, text, color) in enumerate(rows):
        axes.text(
            0.4 * depth,
            -number,
            text,
            va="center",
            color="white",
            bbox={"boxstyle": "round,pad=0.35", "facecolor": color, "edgecolor": "none"},
        )
        above = [row for row in range(number) if rows[row][0] < depth]
        if above:
            corner = 0.4 * depth - 0.25
            axes.plot(
                [corner, corner, 0.4 * depth], [-above[-1], -number, -number], color=GREY, zorder=0
            )
    axes.set(xlim=(-0.2, 8), ylim=(0.6 - len(rows), 0.6))
    axes.axis("off")
    return axes.get_figure()  # type: ignore[return-value]


def boxes(
    places: Mapping[str, tuple[float, float]],
    arrows: Sequence[tuple[str, str]],
    colors: Mapping[str, str] | None = None,
    height: float = 3.0,
) -> "Figure":
    """Texts in boxes, each at its place, and arrows from one to the other."""
    figure, axes = chart(height)
    drawn = {
        text: axes.text(
            *place,
            text,
            ha="center",
            va="center",
            color="white",
            bbox={
                "boxstyle": "round,pad=0.5",
                "facecolor": (colors or {}).get(text, BLUE),
                "edgecolor": "none",
            },
        )
        for text, place in places.items()
    }
    for start, end in arrows:
        axes.annotate(
            "",
            places[end],
            places[start],
            arrowprops={
                "arrowstyle": "-|>",
                "patchA": drawn[start].get_bbox_patch(),
                "patchB": drawn[end].get_bbox_patch(),
                "linewidth": 2,
                "color": GREY,
                "mutation_scale": 22,
            },
        )
    across, up = zip(*places.values(), strict=True)
    axes.set(xlim=(min(across) - 0.6, max(across) + 0.6), ylim=(min(up) - 0.5, max(up) + 0.5))
    axes.axis("off")
    return figure


def lanes(steps: Sequence[tuple[str, str]], order: Sequence[str], color: str = BLUE) -> "Figure":
    """A way through layers, from the top downwards: which layer, and what happens there."""
    figure, axes = chart(1.2 + 0.5 * len(steps))
    across = [order.index(layer) for layer, _ in steps]
    down = list(range(len(steps)))
    for lane in range(len(order)):
        axes.axvline(lane, color=PALE, zorder=0)
    axes.plot(across, down, "o-", color=color, zorder=3)
    for x, y, (_, text) in zip(across, down, steps, strict=True):
        axes.annotate(
            text,
            (x, y),
            xytext=(12, 0),
            textcoords="offset points",
            va="center",
            fontsize=13,
            bbox={"boxstyle": "round,pad=0.15", "facecolor": "white", "edgecolor": "none"},
        )
    axes.set_xticks(range(len(order)), [textwrap.fill(name, 14) for name in order])
    axes.xaxis.tick_top()
    axes.set(xlim=(-0.3, len(order) + 0.2), ylim=(len(steps) - 0.4, -0.6), yticks=[])
    axes.spines[:].set_visible(False)
    return figure


def matrix(cells: Mapping[str, Sequence[str]], groups: Sequence[str]) -> "Figure":
    """A row of colours for each name; columns next to each other of one group stand together."""
    figure, axes = chart(1.1 + 0.5 * len(cells))
    names = list(dict.fromkeys(groups))
    across = [column + names.index(group) for column, group in enumerate(groups)]
    for row, colors in enumerate(cells.values()):
        axes.barh([row] * len(across), 0.85, left=across, height=0.8, color=colors)
    middles = [
        sum(at for at, group in zip(across, groups, strict=True) if group == name)
        / groups.count(name)
        + 0.4
        for name in names
    ]
    axes.set_yticks(range(len(cells)), list(cells))
    axes.set_xticks(middles, names)
    axes.tick_params(length=0)
    axes.set(xlim=(-0.3, across[-1] + 1.2), ylim=(len(cells) - 0.4, -0.6))
    axes.spines[:].set_visible(False)
    return figure
