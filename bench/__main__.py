"""`python -m bench`: measure lessons, or write the table and the plot from what was measured."""

import argparse
import contextlib
import datetime
import json
import os
import platform
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from bench import table
from bench.machine import machine
from bench.measure import measure
from bench.results import RATIOS, LessonResult, Results, ratios
from bench.schedule import FEWEST, Rounds, Seconds
from bench.sides import Wrong
from checker.curriculum import load_curriculum
from checker.errors import UserError
from checker.judge.databases.server import VARIABLE

BEGAN = time.monotonic()
FOLDER = Path(__file__).parent / "results"
README = Path(__file__).parents[1] / "README.md"
MARKS = ("<!-- benchmark -->\n", "<!-- /benchmark -->")
LESSONS = ("00", "01", "02", "03", "04", "05", "06", "07")
QUICK = "06"
QUICK_PLAN = Seconds(enough=35.0, latest=45.0)


def main(arguments: Sequence[str] | None = None) -> int:
    """Exit codes: 0 measured, 1 a side did not come to its outcome, 2 used wrongly."""
    given = _parser().parse_args(arguments)
    os.environ.pop(VARIABLE, None)  # the floor is SQLite's
    try:
        if given.render:
            write(Results.model_validate_json((FOLDER / "benchmark.json").read_bytes()))
        elif given.quick:
            print(json.dumps(quick()))
        else:
            write(run(given.lessons or LESSONS, given.rounds))
    except UserError as error:
        tell(f"{error.sentence} {error.next_step}")
        return 2
    except FileNotFoundError as error:
        tell(f"There is no {error.filename}; make bench makes it.")
        return 2
    except Wrong as error:
        tell(str(error))
        return 1
    except KeyboardInterrupt:
        tell("Stopped.")
        return 130
    return 0


def run(names: Sequence[str], rounds: int) -> Results:
    """Measure these lessons."""
    curriculum = load_curriculum()
    lessons = [curriculum.lesson(name) for name in names]
    plan = Rounds(rounds)
    return _results(
        [measure(curriculum, each, plan, tell, began=BEGAN, memory=True) for each in lessons]
    )


def quick() -> dict[str, float]:
    """The ratios of one lesson, within a minute."""
    curriculum = load_curriculum()
    lesson = curriculum.lesson(QUICK)
    found = measure(curriculum, lesson, QUICK_PLAN, tell, began=BEGAN, memory=False)
    tell(table.render(_results([found])))
    summary = ratios(found.samples)
    assert summary.keys() == RATIOS.keys()
    return summary


def write(results: Results) -> None:
    """Write the results, the table and the plot, and the table into the README's place for it."""
    from bench import plot  # matplotlib takes its time

    page = table.render(results)
    FOLDER.mkdir(exist_ok=True)
    (FOLDER / "benchmark.json").write_text(results.model_dump_json(indent=1) + "\n", "utf-8")
    (FOLDER / "benchmark.md").write_text(page, "utf-8")
    (FOLDER / "benchmark.svg").write_text(plot.render(results), "utf-8")
    text = README.read_text("utf-8")
    if all(mark in text for mark in MARKS):
        README.write_text(placed(page, text), "utf-8")
    tell(page)


def placed(page: str, text: str) -> str:
    """A text with the page between its two marks, in the place of what is there."""
    before, _, rest = text.partition(MARKS[0])
    _, _, after = rest.partition(MARKS[1])
    return f"{before}{MARKS[0]}\n{page}\n{MARKS[1]}{after}"


def tell(sentence: str) -> None:
    with contextlib.suppress(OSError):
        print(sentence, file=sys.stderr, flush=True)


def _results(lessons: Sequence[LessonResult]) -> Results:
    return Results(
        date=datetime.datetime.now(datetime.UTC).date().isoformat(),
        machine=machine(),
        python=platform.python_version(),
        lessons=tuple(lessons),
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("lessons", nargs="*", metavar="LESSON", help="default: 00 to 07")
    parser.add_argument(
        "--rounds", type=_rounds, default=7, help=f"how many, at least {FEWEST}; default: 7"
    )
    parser.add_argument("--quick", action="store_true", help=f"lesson {QUICK} alone, as JSON")
    parser.add_argument("--render", action="store_true", help="measure nothing: table and plot")
    return parser


def _rounds(text: str) -> int:
    if not text.isdecimal() or int(text) < FEWEST:
        raise argparse.ArgumentTypeError(f"at least {FEWEST} rounds")
    return int(text)


if __name__ == "__main__":
    sys.exit(main())
