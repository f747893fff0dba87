"""The model of a `course.toml`: what is true of one course and of no other."""

from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, StringConstraints

from checker.guidelines import Catalogue, load_catalogue

FolderName = Annotated[str, StringConstraints(pattern=r"^[\w][\w.-]*$")]


class Course(BaseModel):
    """A course as `lessons/course.toml` describes it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: Annotated[str, StringConstraints(min_length=1)]
    workspace: FolderName
    """The folder of the learner's own project, where no other is named."""
    marker: FolderName
    """The folder in a project by which it is known as one."""
    app: Annotated[str, StringConstraints(pattern=r"^\w+(\.\w+)*:\w+$")] | None = None
    """The project's ASGI application, `module:attribute`; None where there is nothing to serve."""
    guideline: str
    """Where the guideline's items and errata are, seen from `lessons/`."""

    folder: Path
    """`lessons/`; set by the loader."""

    @cached_property
    def catalogue(self) -> Catalogue:
        """The guideline's items and errata. Raises CatalogueError."""
        return load_catalogue(self.folder / self.guideline)

    @property
    def kit(self) -> Path | None:
        """The folder of the package `kit`, which the checks share; None where there is none."""
        folder = self.folder / "kit"
        return folder if (folder / "__init__.py").is_file() else None
