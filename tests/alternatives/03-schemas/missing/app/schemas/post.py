"""Posts."""

from typing import Annotated as A

import annotated_types as at
import pydantic as p
from pydantic import MISSING

from app.schemas import base, user

Trimmed = p.StringConstraints(strip_whitespace=True, min_length=1, pattern=r"\A[^\x00]+\z")
Title = A[str, Trimmed, p.StringConstraints(max_length=200)]
Content = A[str, Trimmed]


class PostCreate(base.RequestModel):
    title: Title
    content: Content
    published: bool = False
    user_id: A[int, at.Interval(gt=0, lt=2**31)]


class PostUpdate(base.PatchModel):
    title: Title | MISSING = MISSING
    content: Content | MISSING = MISSING
    published: bool | MISSING = MISSING


class PostResponse(base.ResponseModel):
    id: int
    title: str
    content: str
    published: bool
    user_id: int
    author: user.UserSummary
    created_at: p.AwareDatetime
    updated_at: p.AwareDatetime | None = None
