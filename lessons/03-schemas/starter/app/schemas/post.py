"""Posts as clients send and see them."""

from datetime import datetime
from typing import Annotated

from pydantic import Field, StringConstraints

from app.schemas.base import STORABLE, Absent, PatchModel, RequestModel, ResponseModel
from app.schemas.user import UserSummary

Title = ...  # TODO 03.2
Content = ...  # TODO 03.2
Id = ...  # TODO 03.2


class PostCreate(RequestModel):
    """A new post. Blanks around title and content do not count."""

    # TODO 03.2


class PostUpdate(PatchModel):
    """A change to a post. Its author stays."""

    # TODO 03.3


class PostResponse(ResponseModel):
    """A post with its author."""

    # TODO 03.4
