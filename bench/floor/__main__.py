"""The floor's process: `python -m bench.floor ROOT LESSON`."""

import contextlib
import gc
import importlib
import json
import os
import sys
from pathlib import Path

from bench.floor.cases import cases
from bench.floor.grading import grade
from checker.curriculum import load_curriculum
from kit.warmup import exercise


def main(root: Path, name: str) -> None:
    """Answer each line, the path of a project, with a line: how many checks passed there.

    What libraries the first grading imports, this process has imported for the later ones.
    """
    lesson = load_curriculum(root).lesson(name)
    sys.dont_write_bytecode = True
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever is printed is no answer
    _import(lesson.preload)
    exercise(lesson.preload)
    todo = cases(lesson)
    for number, line in enumerate(sys.stdin):
        passed, modules = grade(lesson, todo, Path(json.loads(line)))
        if number == 0:
            _import(modules)
            gc.collect()
            gc.freeze()
        print(json.dumps(len(passed)), file=answers, flush=True)


def _import(modules: tuple[str, ...]) -> None:
    """Those of them that there are: the learner's can't be imported from here."""
    for module in modules:
        with contextlib.suppress(Exception):
            importlib.import_module(module)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):  # whoever asks was stopped, too, and says so
        main(Path(sys.argv[1]), sys.argv[2])
