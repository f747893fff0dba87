"""Signing in."""

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.security import OAuth2PasswordRequestForm

from app.dependencies import AuthServiceDep, SettingsDep, unauthorized
from app.openapi import problems
from app.schemas.token import TokenResponse
from app.utils.auth import create_access_token

router = APIRouter(prefix="/auth", tags=["auth"])

Form = Annotated[OAuth2PasswordRequestForm, Depends()]


@router.post("/token", operation_id="auth-token", summary="Sign in", responses=problems(400, 401))
async def create_token(
    form: Form, service: AuthServiceDep, settings: SettingsDep, response: Response
) -> TokenResponse:
    """Sign in with an e-mail address and a password. The token is good for a while."""
    user = await service.sign_in(form.username, form.password)
    if user is None:
        raise unauthorized("The address or the password is wrong.")
    response.headers["Cache-Control"] = "no-store"
    return TokenResponse(
        access_token=create_access_token(user.id, settings),
        expires_in=60 * settings.access_token_minutes,
    )
