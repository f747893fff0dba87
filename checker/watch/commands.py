"""What the keys ask for, done on disk. What comes of it is an event like any other."""

from pathlib import Path

from checker.curriculum import Curriculum, Lesson
from checker.errors import UserError
from checker.report import Report
from checker.watch.events import (
    Answered,
    Compare,
    Compared,
    Entered,
    GiveHint,
    GoOn,
    Hinted,
    Post,
    PutBack,
    Remember,
)
from checker.watch.outline import outline
from checker.workspace import (
    Overwritten,
    Workspace,
    advance,
    diff,
    is_workspace,
    next_hint,
    no_workspace,
    open_in,
    remember,
    reset,
    shown,
)

OnDisk = Remember | GiveHint | GoOn | PutBack | Compare


def perform(action: OnDisk, curriculum: Curriculum, root: Path, post: Post) -> None:
    """Do it, and post what came of it. What the learner can mend is said, and nothing is lost."""
    try:
        match action:
            case Remember(report):
                _remember(root, report)
            case GiveHint(task):
                workspace = _workspace(curriculum, root)
                hint, progress = next_hint(workspace.progress, task)
                if progress != workspace.progress:
                    workspace.saved(progress)
                post(Hinted(hint))
            case GoOn(lesson):
                post(_gone_on(_workspace(curriculum, root), lesson))
            case PutBack(lesson):
                post(_put_back(lesson, reset(_workspace(curriculum, root).root, lesson)))
            case Compare(lesson):
                _workspace(curriculum, root).show_answers(lesson, "diff")
                post(Compared(tuple(diff(curriculum, root, lesson))))
    except UserError as error:
        post(Answered(error.sentence, (error.next_step,)))


def _workspace(curriculum: Curriculum, root: Path) -> Workspace:
    """The workspace. Raises UserError where the project is none."""
    if not is_workspace(root):
        raise no_workspace(curriculum.course, root)
    workspace = open_in(curriculum, root)
    return workspace.at(workspace.current) if workspace.notice else workspace


def _remember(root: Path, report: Report) -> None:
    if not is_workspace(root):
        return
    try:
        remember(root, [report])
    except UserError as error:
        sentence = f"Your progress was not saved. {error.sentence}"
        raise UserError(sentence, error.next_step) from error


def _gone_on(workspace: Workspace, lesson: Lesson) -> Entered:
    """The lesson begun, with what of its starter is not there yet."""
    done = advance(workspace.root, lesson)
    if workspace.current in workspace.curriculum.up_to(
        lesson
    ):  # an earlier lesson may be watched again
        workspace = workspace.at(lesson)
    more = [f"Its text: {shown(lesson.folder / 'README.md')}"]
    if done.added:
        more.append(f"New files: {', '.join(done.added)}")
    if done.left:
        more.append(f"Yours, left as they are: {', '.join(done.left)}")
    sentence = f"Lesson {lesson.number}, {lesson.title} (about {lesson.minutes} minutes)."
    return Entered(
        lesson,
        outline(lesson),
        workspace.progress.of(lesson.id).failing,
        Answered(sentence, tuple(more)),
    )


def _put_back(lesson: Lesson, change: Overwritten) -> Answered:
    if not change.changed:
        return Answered(f"The starter files of lesson {lesson.number} are as they began already.")
    more = [f"Put back: {', '.join(change.changed)}"]
    if change.backup:
        more.append(f"Yours as they were: {shown(change.backup)}")
    more += change.notices
    return Answered(f"The starter files of lesson {lesson.number} are as they began.", tuple(more))
