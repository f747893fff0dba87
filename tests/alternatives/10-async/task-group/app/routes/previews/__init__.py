from app.routes.previews.links import router

__all__ = ["router"]
