"""Signing in."""

from typing import Annotated

from fastapi import APIRouter, Form

from app.dependencies import AuthServiceDep, SettingsDep
from app.schemas.token import TokenResponse
from app.utils.auth import create_access_token

router = APIRouter(prefix="/auth", tags=["auth"])


@router.post("/token")
async def sign_in(
    username: Annotated[str, Form()],
    password: Annotated[str, Form()],
    service: AuthServiceDep,
    settings: SettingsDep,
) -> TokenResponse:
    user = await service.sign_in(username, password)
    return TokenResponse(
        access_token=create_access_token(user.id, settings),
        expires_in=settings.access_token_minutes * 60,
    )
