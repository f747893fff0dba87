"""A run over a class: takes in what was handed in, and grades what the gradebook does not have.

The gradings themselves are the work of processes, forked from one that is warm; a thread for each
waits for it. The gradebook is written to by the thread that calls.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from itertools import islice

from checker.batch.gradebook import Gradebook
from checker.batch.grading import Attempt, Reaches
from checker.batch.records import Entered, Key, Result, Status
from checker.batch.version import environment, lesson_versions
from checker.curriculum import Curriculum, Lesson
from checker.ingest import Submission, Taken, Ungradable, take_in
from checker.judge import Grader
from checker.judge.session.workroom import Workroom

CHANGED = "The checker or the lesson was changed while the class was graded."
_DONE = frozenset({Status.PASSED, Status.FAILED, Status.UNGRADABLE})


@dataclass(frozen=True)
class Progress:
    """What happened last: a submission of these students was graded, or nothing yet."""

    done: int
    """Gradings of this run."""
    total: int
    """Gradings that this run has to do."""
    lesson: str = ""
    students: tuple[str, ...] = ()
    result: Result | None = None


@dataclass(frozen=True)
class _Plan:
    """What is to be graded by one lesson: for each key, those who have handed that in."""

    lesson: Lesson
    beside: tuple[Key, ...]
    """Those that may be graded beside others."""
    alone: tuple[Key, ...]
    """Those during which an earlier run was killed: nothing else is lost if that happens again."""


class Run:
    """One run. `jobs` is how many gradings go on at once, `budget` in seconds for each."""

    def __init__(
        self,
        gradebook: Gradebook,
        curriculum: Curriculum,
        *,
        isolation: str,
        jobs: int,
        budget: float,
        tell: Callable[[Progress], None] = lambda _: None,
    ) -> None:
        self._gradebook = gradebook
        self._curriculum = curriculum
        self._isolation = isolation
        self._jobs = jobs
        self._budget = budget
        self._tell = tell
        self._done = self._total = 0
        self._by_key: dict[Key, list[Submission]] = defaultdict(list)
        self._reaches: Reaches = {}

    def grade(
        self, lessons: Sequence[Lesson], submissions: Sequence[Submission], *, again: bool = False
    ) -> None:
        """Bring the gradebook up to date, or grade all of it `again`.

        On KeyboardInterrupt, what goes on is given up, and what is done stays done.
        """
        room = Workroom()
        try:
            taken = self._take_in(submissions)
            versions = lesson_versions(self._curriculum, lessons)
            around = environment(self._curriculum.root)
            plans = [
                self._plan(lesson, versions[lesson.id], around, submissions, taken, again=again)
                for lesson in lessons
            ]
            self._total = sum(len(plan.beside) + len(plan.alone) for plan in plans)
            self._tell(Progress(0, self._total))
            for plan in plans:
                self._carry_out(plan, room)
                self._demand_unchanged(plan, versions[plan.lesson.id])
        finally:
            room.close()

    def _take_in(self, submissions: Sequence[Submission]) -> Mapping[str, Taken | Ungradable]:
        """By student, what each has handed in, or why that cannot be graded."""
        marker = self._curriculum.course.marker

        def look(submission: Submission) -> Taken | Ungradable:
            if submission.problem:
                return Ungradable(submission.problem)
            try:
                return take_in(submission.path, marker)
            except Ungradable as error:
                return error

        with ThreadPoolExecutor(self._jobs) as pool:
            found = pool.map(look, submissions)
            return dict(zip([each.student for each in submissions], found, strict=True))

    def _plan(
        self,
        lesson: Lesson,
        version: str,
        around: str,
        submissions: Sequence[Submission],
        taken: Mapping[str, Taken | Ungradable],
        *,
        again: bool,
    ) -> _Plan:
        """Enter all that was taken in, and see what of it is still to be graded."""
        entries: list[Entered] = []
        keys: dict[Key, None] = {}
        for each in submissions:
            found = taken[each.student]
            if isinstance(found, Ungradable):
                entries.append(Entered(each.student, None, str(found)))
                continue
            key = Key(found.digest, lesson.id, version, around, self._isolation)
            entries.append(Entered(each.student, key, ignored=found.ignored))
            self._by_key[key].append(each)
            keys[key] = None
        self._gradebook.enter(lesson.id, entries)
        if again:
            self._gradebook.forget(lesson.id, keys.keys())
        statuses = self._gradebook.statuses(lesson.id)
        cut_off = self._gradebook.cut_off(lesson.id)
        missing = [key for key in keys if statuses[key] not in _DONE]
        return _Plan(
            lesson,
            beside=tuple(key for key in missing if key not in cut_off),
            alone=tuple(key for key in missing if key in cut_off),
        )

    def _carry_out(self, plan: _Plan, room: Workroom) -> None:
        """Grade by one lesson: what can go on at once, and then the rest and our own errors, one by
        one, with processes of their own."""
        failed: list[Key] = []
        if plan.beside:
            with self._grader(plan.lesson) as grader:
                failed = self._at_once(plan.beside, grader, room)
        for key in (*failed, *plan.alone):
            result = None
            for last in (True,) if key in failed else (False, True):
                if result is None or result.status is Status.ERROR:
                    with self._grader(plan.lesson) as grader:
                        result = self._alone(key, grader, room, last=last)
            assert result is not None
            self._record(key, result)

    def _demand_unchanged(self, plan: _Plan, version: str) -> None:
        """What was graded by a checker that was changed meanwhile is no result."""
        graded = (*plan.beside, *plan.alone)
        if graded and lesson_versions(self._curriculum, [plan.lesson])[plan.lesson.id] != version:
            for key in graded:
                self._gradebook.record(key, Result(Status.ERROR, CHANGED))

    def _at_once(self, keys: Sequence[Key], grader: Grader, room: Workroom) -> list[Key]:
        """Grade as many at once as there are jobs. Gives those that met an error of ours."""
        failed: list[Key] = []
        waiting = iter(keys)
        running: dict[Future[Result], Attempt] = {}
        with ThreadPoolExecutor(self._jobs) as pool:
            try:
                while True:
                    for key in islice(waiting, self._jobs - len(running)):
                        attempt = self._begin(key)
                        future = pool.submit(attempt.run, grader, room.folder, last=False)
                        running[future] = attempt
                    if not running:
                        return failed
                    for future in wait(running, return_when=FIRST_COMPLETED).done:
                        key, result = running[future].key, future.result()
                        if result.status is Status.ERROR:
                            failed.append(key)
                        else:
                            self._record(key, result)
                        del running[future]
            except BaseException:
                for attempt in running.values():
                    attempt.cancel()
                wait(running)
                for attempt in running.values():
                    self._gradebook.abandon(attempt.key)
                raise

    def _grader(self, lesson: Lesson) -> Grader:
        return Grader(lesson, workers=1, isolation=self._isolation)

    def _alone(self, key: Key, grader: Grader, room: Workroom, *, last: bool) -> Result:
        attempt = self._begin(key)
        try:
            return attempt.run(grader, room.folder, last=last)
        except BaseException:
            self._gradebook.abandon(key)
            raise

    def _begin(self, key: Key) -> Attempt:
        self._gradebook.begin(key)
        return Attempt(self._by_key[key][0], key, self._budget, self._reaches)

    def _record(self, key: Key, result: Result) -> None:
        self._gradebook.record(key, result)
        self._done += 1
        students = tuple(each.student for each in self._by_key[key])
        self._tell(Progress(self._done, self._total, key.lesson, students, result))
