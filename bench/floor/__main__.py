"""The floor's process: `python -m bench.floor ROOT LESSON`."""

import contextlib
import gc
import importlib
import importlib.util
import json
import os
import sys
from pathlib import Path
from types import FunctionType, ModuleType

from bench.floor.grading import grade
from bench.floor.place import Case
from bench.floor.rehearsal import rehearsed
from checker.curriculum import Lesson, load_curriculum
from checker.judge.declaration import ATTRIBUTE, slug
from kit.warmup import exercise


def main(root: Path, name: str) -> None:
    """Answer each line, the path of a project, with a line: how many checks passed there.

    The first one is rehearsed on, the others are graded.
    """
    lesson = load_curriculum(root).lesson(name)
    sys.dont_write_bytecode = True
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever is printed is no answer
    for module in lesson.preload:
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
    exercise(lesson.preload)
    todo = cases(lesson)
    for number, line in enumerate(sys.stdin):
        project = Path(json.loads(line))
        if number == 0:
            todo = rehearsed(todo, project)
            gc.collect()
            gc.freeze()
            passed = [case.id for case in todo]
        else:
            passed = grade(todo, project)
        print(json.dumps(len(passed)), file=answers, flush=True)


def cases(lesson: Lesson) -> list[Case]:
    """The lesson's checks in its order, imported from its folder."""
    folder = lesson.folder / "checks"
    file = folder / "probes.py"
    probes = _imported(file) if file.exists() else None
    found = {}
    for file in sorted(folder.glob("test_*.py")):
        module = _imported(file)
        for name, function in vars(module).items():
            if isinstance(function, FunctionType) and hasattr(function, ATTRIBUTE):
                id_ = f"{lesson.number}.{slug(name)}"
                found[id_] = Case(id_, function, module, probes)
    return [found[id_] for id_ in lesson.checks]


def _imported(file: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"_floor_{file.stem}", file)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):  # whoever asks was stopped, too, and says so
        main(Path(sys.argv[1]), sys.argv[2])
