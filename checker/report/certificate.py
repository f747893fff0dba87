"""A certificate of a course that was passed: a picture (SVG), and a page (HTML) with it in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from checker.curriculum import Course, Lesson
from checker.report.model import Verdict


@dataclass(frozen=True)
class Certificate:
    """What it says. Nobody signs it: it holds what was graded on this machine."""

    course: Course
    name: str
    """Whose it is; may be empty."""
    passed: Sequence[tuple[Lesson, date]]
    """Each lesson, and the day on which it was first passed."""
    states: Mapping[str, Verdict]
    """Of each item of the guideline that was graded."""
    digest: str
    """SHA-256 of the project, in hex digits."""

    def svg(self) -> str:
        """The picture alone."""
        return _template("certificate.svg").render(told=self)

    def html(self) -> str:
        """A page that can be printed: the picture, the lessons and the sections."""
        return _template("certificate.html").render(told=self)

    @property
    def finished(self) -> date:
        return max(day for _, day in self.passed)

    @property
    def sections(self) -> list[tuple[str, int, int]]:
        """Each section of the guideline that is graded: its title, items passed, items."""
        catalogue = self.course.catalogue
        found = []
        for section in catalogue.sections:
            graded = catalogue.graded_in(section.id)
            done = sum(self.states.get(item.id) is Verdict.PASSED for item in graded)
            if graded:
                found.append((section.title, done, len(graded)))
        return found


@cache
def _template(name: str) -> Template:
    environment = Environment(
        loader=PackageLoader("checker.report", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template(name)
