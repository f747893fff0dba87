import anyio
import httpx

from app.config import Settings
from app.schemas.preview import LinkPreview
from app.utils.guard import pinned
from app.utils.links import find_title


class LinkFetcher:
    """HEAD first, to see whether it is a page at all; then GET."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.limiter = anyio.CapacityLimiter(settings.preview_concurrency)
        self.client = httpx.AsyncClient(
            timeout=httpx.Timeout(settings.preview_seconds, pool=None),
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=0),
            trust_env=False,
        )

    async def aclose(self) -> None:
        await self.client.aclose()

    async def preview_all(self, urls: list[str]) -> list[LinkPreview]:
        found: dict[str, LinkPreview] = {}

        async def one(url: str) -> None:
            async with self.limiter:
                try:
                    with anyio.fail_after(self.settings.preview_seconds):
                        found[url] = LinkPreview(url=url, title=await self.title(url))
                except Exception as error:
                    found[url] = LinkPreview(url=url, error=f"{type(error).__name__}, sorry")

        async with anyio.create_task_group() as group:
            for url in urls:
                group.start_soon(one, url)
        return [found[url] for url in urls]

    async def title(self, url: str) -> str | None:
        kind = (await self.request("HEAD", url)).headers.get("content-type", "text/html")
        if not kind.startswith("text/html"):
            return None
        response = await self.request("GET", url)
        if response.headers.get("content-encoding"):
            await response.aclose()
            raise ValueError("compressed")
        page = b""
        try:
            async for part in response.aiter_bytes(4096):
                page += part
                if len(page) > self.settings.preview_bytes or b"</title" in page.lower():
                    break
        finally:
            await response.aclose()
        page = page[: self.settings.preview_bytes]
        return find_title(page.decode(response.encoding or "utf-8", "replace"))

    async def request(self, method: str, url: str) -> httpx.Response:
        at = httpx.URL(url)
        for _ in range(6):
            request = self.client.build_request(
                method,
                await pinned(at, self.settings.preview_allowed),
                headers={"Host": at.netloc.decode(), "Accept-Encoding": "identity"},
                extensions={"sni_hostname": at.host},
            )
            response = await self.client.send(request, stream=True, auth=None)
            self.client.cookies.clear()
            if method == "HEAD" or not response.is_success:
                await response.aclose()
            if not response.has_redirect_location:
                return response.raise_for_status()
            at = at.join(response.headers["location"])
        raise ValueError("round and round")
