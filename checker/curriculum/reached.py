"""How far a project has come, read from its tree, and what that changes for earlier lessons.

A later lesson may change the contract of the earlier ones. A project that has its mark is graded by
what still holds, in whichever folder it stands.
"""

from pathlib import Path

from checker.curriculum.composition import Tree, solved
from checker.curriculum.lesson import Lesson
from checker.curriculum.library import Curriculum


def module_files(name: str) -> tuple[str, str]:
    """Where the module of that name may stand: `app/routes/auth.py`, or a package."""
    path = name.replace(".", "/")
    return f"{path}.py", f"{path}/__init__.py"


def later_contracts(curriculum: Curriculum, lesson: Lesson, root: Path) -> list[Lesson]:
    """The lessons after this one whose marks the project has, in order."""
    return [
        each
        for each in curriculum.lessons[curriculum.lessons.index(lesson) + 1 :]
        if each.mark and _is_there(root, each.mark)
    ]


def _is_there(root: Path, module: str) -> bool:
    """Whether a project has that module: a file, or a package, which needs no `__init__.py`."""
    package = root / module.replace(".", "/")
    return any((root / file).is_file() for file in module_files(module)) or any(
        package.glob("*.py")
    )


def reached(curriculum: Curriculum, lesson: Lesson, root: Path) -> Lesson:
    """The lesson whose contract the project keeps: this one, or a later one that it has reached."""
    return [lesson, *later_contracts(curriculum, lesson, root)][-1]


def reference(curriculum: Curriculum, lesson: Lesson, root: Path) -> Tree:
    """The reference that keeps the same contract as the project does."""
    return solved(curriculum, reached(curriculum, lesson, root))


def superseded(curriculum: Curriculum, lesson: Lesson, root: Path) -> dict[str, str]:
    """The checks that the project is not asked any more, each with a sentence that says why."""
    return {
        each.check: f"{each.check} is not asked any more, since lesson {later.number}: {each.why}"
        for later in later_contracts(curriculum, lesson, root)
        for each in later.supersedes
        if each.check in lesson.checks
    }
