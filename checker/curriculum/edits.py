"""Small changes to the files of a project, each found by its content."""

from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, model_validator

from checker.curriculum.library import CurriculumError

_NEXT_STEP = "Change the edit along with the solution."


class Edit(BaseModel):
    """A change to one file: a text found exactly once and replaced, new content, or deletion."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    file: str
    find: str | None = None
    replace: str | None = None
    content: str | None = None
    delete: bool = False

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = (self.find is not None, self.content is not None, self.delete)
        if sum(ways) != 1 or (self.find is None) != (self.replace is None):
            raise ValueError("an edit has either find and replace, or content, or delete = true")
        return self


def change(project: Path, edit: Edit, where: str) -> None:
    """Make one edit in a project. Raises CurriculumError, naming `where`, if it does not fit."""
    try:
        _change(project / edit.file, edit, where)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "no text in UTF-8"
        raise CurriculumError(f"{where}: {edit.file}: {reason}.", _NEXT_STEP) from error


def _change(target: Path, edit: Edit, where: str) -> None:
    if edit.delete:
        target.unlink()
    elif edit.content is not None:
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(edit.content, encoding="utf-8")
    else:
        assert edit.find is not None and edit.replace is not None
        text = target.read_text(encoding="utf-8")
        if (times := text.count(edit.find)) != 1:
            raise CurriculumError(
                f"{where}: {edit.file} holds {times} times: {edit.find!r}.", _NEXT_STEP
            )
        target.write_text(text.replace(edit.find, edit.replace), encoding="utf-8")
