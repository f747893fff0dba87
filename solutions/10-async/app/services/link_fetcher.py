"""Fetches what strangers have linked to: a few at once, not for long, and not much of it."""

import asyncio
import logging
from collections.abc import Sequence
from http.cookiejar import CookieJar, DefaultCookiePolicy

import httpx

from app.config import Settings
from app.schemas.preview import LinkPreview
from app.utils.guard import GuardedTransport
from app.utils.links import find_title
from app.utils.tls import trusted

MAX_REDIRECTS = 5

logger = logging.getLogger(__name__)


class UnusablePageError(Exception):
    """There is an answer, and no title to be had from it. The message is for the client."""


class LinkFetcher:
    """One HTTP client and one bound for the whole application, which closes it at its end."""

    def __init__(self, settings: Settings) -> None:
        self._seconds = settings.preview_seconds
        self._most_bytes = settings.preview_bytes
        self._turns = asyncio.Semaphore(settings.preview_concurrency)
        self._client = httpx.AsyncClient(
            transport=GuardedTransport(settings.preview_allowed, verify=trusted()),
            timeout=settings.preview_seconds,
            headers={"Accept": "text/html", "Accept-Encoding": "identity"},
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),  # nobody's are kept
            trust_env=False,  # a proxy would connect to what the guard has never seen
        )

    async def aclose(self) -> None:
        await self._client.aclose()

    async def preview_all(self, urls: Sequence[str]) -> list[LinkPreview]:
        """A preview for each, in their order. What fails is said in its own preview alone."""
        return await asyncio.gather(*map(self.preview, urls))

    async def preview(self, url: str) -> LinkPreview:
        """Fetch a page once it is its turn. The time begins then, and not in the queue."""
        async with self._turns:
            try:
                async with asyncio.timeout(self._seconds):
                    return LinkPreview(url=url, title=find_title(await self._page(url)))
            except (TimeoutError, httpx.TimeoutException):
                return LinkPreview(url=url, error="It took too long.")
            except UnusablePageError as error:
                return LinkPreview(url=url, error=str(error))
            except Exception as error:  # InvalidURL, IDNAError, …: a URL can be wrong in many ways
                logger.info("a link could not be fetched: %r", error)
                return LinkPreview(url=url, error="It could not be fetched.")

    async def _page(self, url: str) -> str:
        """The beginning of a page. Redirects are followed here: httpx would read their bodies."""
        request = self._client.build_request("GET", url)
        for _ in range(1 + MAX_REDIRECTS):
            response = await self._client.send(request, stream=True)
            try:
                if response.next_request is None:
                    return await self._read(response)
                request = response.next_request
            finally:
                await response.aclose()
        raise UnusablePageError("It leads from one address to the next.")

    async def _read(self, response: httpx.Response) -> str:
        if not response.is_success:
            raise UnusablePageError(f"It was answered with {response.status_code}.")
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise UnusablePageError("It is compressed, which it was not asked to be.")
        if (response.encoding or "").lower() == "punycode":
            response.encoding = "utf-8"  # Python decodes 256 KiB of the other in five seconds
        body = bytearray()
        async for part in response.aiter_raw():
            body += part
            if len(body) >= self._most_bytes:
                break
        return body[: self._most_bytes].decode(response.encoding or "utf-8", "replace")
