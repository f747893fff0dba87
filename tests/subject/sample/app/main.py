import os
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI


@asynccontextmanager
async def lifespan(app):
    print("starting")
    yield
    print("stopping")


app = FastAPI(lifespan=lifespan)


@app.get("/")
async def read():
    return {"greeting": os.environ.get("GREETING", "plain")}


@app.get("/broken")
async def broken():
    try:
        return int("four")
    except ValueError as error:
        raise LookupError("no such number") from error


router = APIRouter(prefix="/included")


@router.get("")
async def included():
    return "included"


app.include_router(router)
