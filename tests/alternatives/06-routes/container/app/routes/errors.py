"""A route class that turns the domain's errors into HTTP's."""

from collections.abc import Callable, Coroutine
from typing import Any

from fastapi import HTTPException, Request, Response
from fastapi.routing import APIRoute

from app.exceptions import ConflictError, NotFoundError


class TranslatingRoute(APIRoute):
    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        handler = super().get_route_handler()

        async def translating(request: Request) -> Response:
            try:
                return await handler(request)
            except NotFoundError as error:
                raise HTTPException(404, error.message) from error
            except ConflictError as error:
                raise HTTPException(409, error.message) from error

        return translating
