"""A small app, and a request that nothing but force can end."""

from fastapi import FastAPI

app = FastAPI()


@app.get("/word")
async def word() -> str:
    return "first"


@app.get("/block")
async def block() -> None:
    print("blocked")
    while True:
        pass
