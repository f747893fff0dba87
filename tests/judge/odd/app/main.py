"""An app whose responses have every wrong shape."""

import asyncio

from starlette.responses import Response, StreamingResponse

SENT = {
    "/none": b"null",
    "/list": b"[]",
    "/text": b'"text"',
    "/nan": b'{"total": NaN}',
    "/deep": b"[" * 100_000 + b"]" * 100_000,
    "/nested": b"[" * 100 + b"]" * 100,
    "/digits": b'{"id": ' + b"9" * 5_000 + b"}",
    "/surrogate": rb'{"id": "\ud800"}',
    "/cut": b'{"id": 1',
    "/latin": b'{"name": "\xe9"}',
    "/empty": b"",
    "/html": b"<h1>Hello</h1>",
    "/many": b"[" + b"1," * 15_000_000 + b"1]",
}


class App:
    async def __call__(self, scope, receive, send):
        if scope["type"] == "lifespan":
            await receive()
            await send({"type": "lifespan.startup.complete"})
            await receive()
            return
        await answer(scope["path"])(scope, receive, send)


app = App()


def answer(path):
    json = "application/json"
    if path == "/zipped":
        return Response(b"plain", headers={"Content-Encoding": "gzip"})
    if path == "/hex":
        return Response(b"plain", media_type="text/plain; charset=hex")
    if path == "/header":
        return _invalid
    if path == "/short":
        return Response(b"{}", media_type=json, headers={"Content-Length": "100"})
    if path == "/dripping":
        return StreamingResponse(_drops())
    return Response(SENT[path], media_type=json)


async def _drops():
    while True:
        yield b" "
        await asyncio.sleep(0.05)


async def _invalid(scope, receive, send):
    headers = [(b"x-name", b"a\r\nb: c")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": b"{}"})
