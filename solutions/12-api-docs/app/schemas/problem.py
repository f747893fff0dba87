"""Errors as clients see them: problem details for HTTP APIs (RFC 9457)."""

from pydantic import BaseModel, Field


class Problem(BaseModel):
    """What went wrong. `request_id` is the one to tell when you ask us about it."""

    type: str = Field(examples=["about:blank"])
    title: str = Field(description="The status in words.", examples=["Not Found"])
    status: int = Field(examples=[404])
    detail: str = Field(description="What it is this time.", examples=["There is no post 7."])
    request_id: str = Field(examples=["0f8fad5bd9cb469fa16570867728950e"])
    code: str = Field(
        default_factory=str,
        description="What it is, for programs. Not every problem has one.",
        examples=["not_found"],
    )


class FieldError(BaseModel):
    """One thing that is wrong with a request, and where."""

    loc: list[str | int] = Field(examples=[["body", "title"]])
    msg: str = Field(examples=["Field required"])


class ValidationProblem(Problem):
    """The request is not as it is documented."""

    title: str = Field(description="The status in words.", examples=["Unprocessable Content"])
    status: int = Field(examples=[422])
    detail: str = Field(description="What it is this time.", examples=["The request is not valid."])
    errors: list[FieldError]
