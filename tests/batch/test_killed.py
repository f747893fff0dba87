"""A run that is killed again and again comes to the table of one that nobody disturbs."""

import os
import random
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from bench.school import school
from checker.curriculum import load_curriculum
from checker.subject import obstacle

LEVEL = "namespaces"
PROGRESS = re.compile(r"\d+ of \d+: ")
KILLS = 3

pytestmark = pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL")


@pytest.mark.parametrize(
    ("names", "number", "hostile"),
    [
        pytest.param(["00"], 12, 0, id="twelve", marks=pytest.mark.slow),
        pytest.param(
            ["00", "01", "02", "03", "04"], 200, 20, id="two-hundred", marks=pytest.mark.corpus
        ),
    ],
)
def test_a_run_that_is_killed_and_resumed(names, number, hostile, tmp_path):
    trust = bool(obstacle(LEVEL))
    if trust and hostile:
        pytest.skip(f"no {LEVEL} here: {obstacle(LEVEL)}")
    known = load_curriculum()
    lessons = [known.lesson(name) for name in names]
    school(known, lessons, tmp_path / "class", number=number, hostile=hostile)

    undisturbed = Grading(tmp_path / "undisturbed", trust=trust)
    for lesson in lessons:
        undisturbed.run(tmp_path / "class" / lesson.id)
    assert undisturbed.done == number
    seed = random.randrange(10**6)
    print(f"killed by seed {seed}")
    disturbed = Grading(tmp_path / "disturbed", trust=trust)
    disturbed.kill_at = set(random.Random(seed).sample(range(1, number - 2 * KILLS), KILLS))
    for lesson in lessons:
        disturbed.run(tmp_path / "class" / lesson.id)

    assert disturbed.killed == KILLS
    assert disturbed.done <= number  # what was told of is on disk
    assert disturbed.table() == undisturbed.table()
    assert len(disturbed.table()) == number


class Grading:
    """`checker grade` over one folder after another, into one gradebook."""

    def __init__(self, folder: Path, *, trust: bool) -> None:
        folder.mkdir()
        self.output = folder / "gradebook.csv"
        self._gradebook = folder / "gradebook.db"
        self._more = ["--trust-submissions"] if trust else []
        self.done = self.killed = 0
        self.kill_at: set[int] = set()

    def run(self, submissions: Path) -> None:
        """Grade by the lesson that the folder is named for, again after each SIGKILL."""
        while not self._ends(submissions):
            self.killed += 1

    def table(self) -> list[str]:
        return sorted(self.output.read_text().splitlines()[1:])

    def _ends(self, submissions: Path) -> bool:
        command = [Path(sys.executable).with_name("checker"), "grade", submissions]
        files = ["--output", self.output, "--gradebook", self._gradebook]
        with subprocess.Popen(
            [*command, "--lesson", submissions.name, *files, *self._more],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        ) as process:
            assert process.stderr is not None
            said = []
            for line in process.stderr:
                said.append(line)
                self.done += bool(PROGRESS.match(line))
                if self.done in self.kill_at:
                    self.kill_at.remove(self.done)
                    process.send_signal(signal.SIGKILL)
                    return False
            assert process.wait() in (0, 1), "".join(said)
        return True
