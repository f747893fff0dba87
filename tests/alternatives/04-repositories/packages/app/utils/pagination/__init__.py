"""Pages."""

from app.utils.pagination.model import Page, PageParams

__all__ = ["Page", "PageParams"]
