import asyncio
import contextlib
import zlib

import httpx

from app.config import Settings
from app.schemas.preview import LinkPreview
from app.utils.guard import guarded_transport
from app.utils.links import find_title


class LinkFetcher:
    def __init__(self, client: httpx.AsyncClient, settings: Settings) -> None:
        self.client, self.settings = client, settings
        self.semaphore = asyncio.BoundedSemaphore(settings.preview_concurrency)

    @classmethod
    @contextlib.asynccontextmanager
    async def running(cls, settings: Settings):
        async with httpx.AsyncClient(
            transport=guarded_transport(settings.preview_allowed),
            follow_redirects=True,
            max_redirects=7,
            timeout=None,
            trust_env=False,
            headers={"Accept-Encoding": "gzip"},
        ) as client:
            yield cls(client, settings)

    async def preview_all(self, urls: list[str]) -> list[LinkPreview]:
        found = await asyncio.gather(*(self.title(url) for url in urls), return_exceptions=True)
        previews = []
        for url, each in zip(urls, found, strict=True):
            if isinstance(each, asyncio.CancelledError):
                raise each
            if isinstance(each, BaseException):
                previews.append(LinkPreview(url=url, error="No preview."))
            else:
                previews.append(LinkPreview(url=url, title=each))
        return previews

    async def title(self, url: str) -> str | None:
        async with self.semaphore:
            return await asyncio.wait_for(self.fetch(url), self.settings.preview_seconds)

    async def fetch(self, url: str) -> str | None:
        self.client.cookies.clear()
        async with self.client.stream("GET", url) as response:
            self.client.cookies.clear()
            response.raise_for_status()
            packed = response.headers.get("content-encoding", "")
            unpack = zlib.decompressobj(16 + zlib.MAX_WBITS) if packed == "gzip" else None
            if packed not in ("", "identity", "gzip"):
                raise ValueError(packed)
            page, most = b"", self.settings.preview_bytes
            async for chunk in response.aiter_raw():
                page += unpack.decompress(chunk, most) if unpack else chunk
                if len(page) >= most:
                    break
        try:
            text = page[:most].decode(response.charset_encoding or "utf-8", errors="ignore")
        except LookupError:
            text = page[:most].decode(errors="ignore")
        return find_title(text)
