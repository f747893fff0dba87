"""`checker dev mutants`: which changes to the reference no check notices."""

import time
from collections import Counter
from collections.abc import Collection, Generator, Sequence
from contextlib import closing
from itertools import chain
from typing import TYPE_CHECKING, Annotated, TypedDict

import typer

from checker.cli import completion

if TYPE_CHECKING:
    from checker.curriculum import Curriculum, Lesson
    from checker.curriculum.mutants import Key, Mutant
    from checker.curriculum.mutants.memory import Memory
    from checker.judge.mutation import Graded

WIDTH = 80


def mutants(
    lesson: Annotated[
        str,
        typer.Argument(
            metavar="LESSON",
            help="01-models, 01, 1 or models.",
            autocompletion=completion.lessons,
        ),
    ],
    *,
    later: Annotated[
        bool, typer.Option("--later", help="Let later lessons look at those that survive.")
    ] = False,
    file: Annotated[
        str, typer.Option("--file", metavar="TEXT", help="Only files whose path holds this.")
    ] = "",
    operator: Annotated[
        str, typer.Option("--operator", metavar="NAME", help="Only mutants of this operator.")
    ] = "",
    only: Annotated[
        str,
        typer.Option("--only", metavar="TEXT", help="Only where the line or its place holds this."),
    ] = "",
    anew: Annotated[
        bool, typer.Option("--anew", help="Grade those too that cannot come out otherwise now.")
    ] = False,
    jobs: Annotated[
        int, typer.Option("--jobs", min=0, metavar="N", help="So many at a time; 0: one a core.")
    ] = 0,
    toml: Annotated[
        bool, typer.Option("--toml", help="List survivors as entries for tests/mutants/.")
    ] = False,
    whole: Annotated[
        bool,
        typer.Option("--whole", help="Grade each anew and to its end: finds every error."),
    ] = False,
    together: Annotated[
        bool,
        typer.Option("--together", help="Those that are explained several at once."),
    ] = False,
) -> None:
    """Change the reference in small ways, and list what no check of the lesson notices.

    One that a check noticed is not graded again while that check is as it was, nor is one that
    survived by checks that are. Exit 1 where one survives that tests/mutants/ does not explain,
    where an entry there is stale or wrong, or where a grading ends in an error. --together takes
    less time where checks wait, as for a broker; now and then two mutants hide each other.
    """
    from checker.cli.endings import Stopped
    from checker.cli.lookup import curriculum
    from checker.curriculum.mutants import mutants_of
    from checker.curriculum.mutants.explained import KINDS, as_toml, explained, stale
    from checker.curriculum.mutants.memory import Memory, checks_now

    _refuse_contradictions(together=together, otherwise=later or whole)
    known = curriculum()
    chosen = known.lesson(lesson)
    everything = mutants_of(known, chosen)
    kinds = explained(known, chosen)
    now = checks_now(chosen)
    memory = Memory.read(known, chosen, everything)
    past = Memory() if anew or whole else memory
    some = [
        each
        for each in everything
        if file in each.key.file
        and operator in ("", each.key.operator)
        and only in f"{each.key.where} {each.key.line} {each.key.changed}"
    ]
    began = time.monotonic()
    found: dict[Key, Graded] = {}
    said: list[str] = []
    """The fates of the first of them, which are said in their order."""
    how: _How = {"later": later, "whole": whole, "together": kinds if together else ()}
    run = _attended(known, chosen, some, past, now, jobs=jobs, how=how)
    try:
        with closing(run):
            for graded in run:
                if not later:
                    _remember(memory, graded, now)
                    memory.write(known, chosen)
                found[graded.mutant.key] = graded
                while len(said) < len(some) and (key := some[len(said)].key) in found:
                    fate = _fate(found[key], kinds.get(key))
                    said.append(fate)
                    if fate == "survive" and toml:
                        typer.echo(as_toml(key))
                    elif fate in _SAID:
                        _tell(found[key], _SAID[fate])
    except KeyboardInterrupt:
        raise Stopped(f"Stopped after {len(found)} of {len(some)} mutants.") from None
    count = Counter(said)
    old = list(stale(kinds, {each.key for each in everything}))
    for key in old:
        typer.echo(f"tests/mutants/{chosen.id}.toml: stale, no such mutant:\n    {_shown(key)}")
    figures = ", ".join(f"{count[word]} {word}" for word in ("noticed", *KINDS, "survive"))
    count["stale"] = len(old)
    more = "".join(
        f", {count[word]} {word}" for word in ("error", "wrongly explained", "stale") if count[word]
    )
    seconds = time.monotonic() - began
    typer.echo(f"{chosen.id}: {len(some)} mutants, {figures}{more}, {seconds:.0f} s")
    if not later and len(some) == len(everything):
        _write_covered(known, chosen, count)
    if any(count[word] for word in ("survive", "error", "wrongly explained", "stale")):
        raise typer.Exit(1)


def _refuse_contradictions(*, together: bool, otherwise: bool) -> None:
    from checker.errors import UserError

    if together and otherwise:
        raise UserError(
            "--together goes with neither --later nor --whole.", "Leave one of them out."
        )


class _How(TypedDict):
    """How mutants are graded: see grade_mutants."""

    later: bool
    whole: bool
    together: "Collection[Key]"


_SAID = {
    "survive": "",
    "error": "the checker's own error",
    "wrongly explained": "explained in tests/mutants, and yet noticed",
}
"""What is said of those mutants that are listed."""


def _fate(graded: "Graded", kind: str | None) -> str:
    from checker.judge.mutation import Fate

    match graded.fate:
        case Fate.SURVIVED:
            return kind or "survive"
        case Fate.NOTICED:
            return "wrongly explained" if kind else "noticed"
        case _:
            return "error"


def _attended(
    known: "Curriculum",
    lesson: "Lesson",
    some: "Sequence[Mutant]",
    past: "Memory",
    now: dict[str, str],
    *,
    jobs: int,
    how: _How,
) -> "Generator[Graded, None, None]":
    """What becomes of each: first of those that are remembered, then of others as it is found out,
    with progress on a terminal."""
    from checker.cli.console import console
    from checker.judge.mutation import Fate, Graded, grade_mutants
    from checker.judge.session.grader import cores

    as_then = {
        each.key: Graded(each, Fate.NOTICED, by) for each in some if (by := past.by(each, now))
    }
    unseen = {each.key: past.unseen(each, now) for each in some if each.key not in as_then}
    if not how["later"]:
        as_then |= {
            each.key: Graded(each, Fate.SURVIVED) for each in some if unseen.get(each.key) == ()
        }
    due = [each for each in some if each.key not in as_then]
    with console(stderr=True).status(f"{lesson.id}: starting") as bar:
        run = grade_mutants(known, lesson, due, jobs=jobs or cores(), checks=unseen, **how)
        with closing(run):
            alive = 0
            for done, graded in enumerate(chain(as_then.values(), run), start=1):
                alive += graded.fate is Fate.SURVIVED
                bar.update(f"{lesson.id}: {done} of {len(some)} mutants, {alive} unnoticed")
                yield graded


def _tell(graded: "Graded", said: str) -> None:
    """Two or three lines of at most 80 columns about a mutant."""
    key = graded.mutant.key
    place = f" in {key.where}" if key.where else ""
    nth = f" (number {key.nth})" if key.nth > 1 else ""
    typer.echo(f"{key.file}:{graded.mutant.number}: {key.operator}{place}{nth}")
    typer.echo(f"    {_shown(key)}")
    if said:
        typer.echo(f"    {said}: {graded.by} {' '.join(graded.seen.split())}"[:WIDTH])


def _shown(key: "Key") -> str:
    from checker.curriculum.mutants.mutant import difference

    return difference(key, WIDTH - 4)


def _write_covered(known: "Curriculum", lesson: "Lesson", count: Counter[str]) -> None:
    """What a whole run has shown."""
    from checker.curriculum.mutants.covered import Covered, state_of, write_covered
    from checker.curriculum.mutants.explained import KINDS

    now = Covered(
        state=state_of(known, lesson),
        mutants=count.total() - count["stale"],
        noticed=count["noticed"] + count["wrongly explained"],
        survive=count["survive"],
        errors=count["error"],
        **{kind: count[kind] for kind in KINDS},
    )
    write_covered(known, lesson, now)


def _remember(memory: "Memory", graded: "Graded", now: dict[str, str]) -> None:
    from checker.judge.mutation import Fate

    if graded.fate is Fate.ERROR:
        memory.forget(graded.mutant)
    else:
        memory.remember(graded.mutant, graded.by, now)
