from app.models.parts.blog import Post, _Account

User = _Account

__all__ = ["Post", "User"]
