"""Signing in, in a route that FastAPI runs in a thread of its own."""

from app.routes.auth.token import router

__all__ = ["router"]
