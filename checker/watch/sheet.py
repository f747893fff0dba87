"""Lines for the screen: as wide as it is, in the colours and the symbols that it has."""

import io
from collections.abc import Callable

from rich.cells import cell_len, chop_cells
from rich.color import ColorSystem
from rich.console import COLOR_SYSTEMS, Console
from rich.style import Style
from rich.text import Text

from checker.report.printable import printable
from checker.report.terminal import Page


class Sheet:
    """Makes lines of at most `columns` cells, escapes for colours not counted.

    `console` is the one whose terminal they are for; nothing is printed on it.
    """

    def __init__(self, console: Console, columns: int) -> None:
        self._console = console
        self._columns = columns
        self._page = Page(self._paper())
        self.width = self._page.width

    def block(self, draw: Callable[[Page], None]) -> list[str]:
        """What is drawn on a page, line by line."""
        paper = self._paper()
        draw(Page(paper))
        assert isinstance(paper.file, io.StringIO)
        return paper.file.getvalue().splitlines()

    def faded(self, draw: Callable[[Page], None]) -> list[str]:
        """The same, as something that may be true no more."""
        return [self.line((Text.from_ansi(line).plain, "dim")) for line in self.block(draw)]

    def line(self, *pieces: tuple[str, str]) -> str:
        """One line of texts, each with its style; what does not fit is cut."""
        done = ""
        room = self.width
        for text, style in pieces:
            kept = self.cut(text, room)
            room -= cell_len(kept)
            done += self._styled(kept, style)
        return done

    def cut(self, text: str, width: int) -> str:
        """The text's beginning on one line, with a sign where there is more of it."""
        text = self._page.carried(text.replace("\n", " "))
        if cell_len(text) <= width:
            return text
        more = self._page.carried("…")
        room = width - cell_len(more)
        return f"{chop_cells(text, room)[0].rstrip()}{more}" if room > 0 else more[:width]

    def folded(self, text: str, style: str) -> list[str]:
        """A line of code, in as many lines as it takes."""
        text = self._page.carried(printable(text).expandtabs(4))
        return [self._styled(piece, style) for piece in chop_cells(text, self.width)] or [""]

    def bar(self, done: int, of: int, width: int) -> str:
        filled = width * done // of if of else 0
        return self._page.carried("█" * filled + "░" * (width - filled))

    def rule(self) -> str:
        return self.line(("━" * self.width, "dim"))

    def _styled(self, text: str, style: str) -> str:
        look = Style.parse(style)
        if self._console.no_color:
            look = look.without_color
        return look.render(text, color_system=self._system())

    def _system(self) -> ColorSystem | None:
        name = self._console.color_system
        return COLOR_SYSTEMS.get(name) if name else None

    def _paper(self) -> Console:
        return Console(
            file=_Paper(self._console.encoding),
            width=self._columns,
            color_system=self._console.color_system,  # type: ignore[arg-type]
            no_color=self._console.no_color,
            force_terminal=False,
            legacy_windows=False,
            markup=False,
            emoji=False,
            highlight=False,
        )


class _Paper(io.StringIO):
    """What is written to it is meant for a terminal of that encoding."""

    def __init__(self, encoding: str) -> None:
        super().__init__()
        self._encoding = encoding

    @property
    def encoding(self) -> str:  # type: ignore[override]
        return self._encoding
