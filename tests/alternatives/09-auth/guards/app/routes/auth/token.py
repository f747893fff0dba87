from typing import Annotated

from fastapi import APIRouter, Depends, HTTPException, status
from fastapi.security import OAuth2PasswordRequestForm as Form

from app.dependencies import SettingsDep, UserServiceDep
from app.models import User
from app.schemas.token import TokenResponse
from app.utils.auth import create_access_token

router = APIRouter(prefix="/auth", tags=["auth"])


async def signed_in(form: Annotated[Form, Depends()], users: UserServiceDep) -> User:
    if user := await users.sign_in(form.username, form.password):
        return user
    raise HTTPException(
        status.HTTP_401_UNAUTHORIZED, "No.", headers={"WWW-Authenticate": "Bearer"}
    )


@router.post("/token", response_model=TokenResponse)
def token(user: Annotated[User, Depends(signed_in)], settings: SettingsDep) -> object:
    made = create_access_token(user.id, settings)
    return {"access_token": made, "expires_in": settings.access_token_minutes * 60}
