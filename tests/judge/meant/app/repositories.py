from app.models import Post as Row


class PostRepository:
    def list_page(self, *, limit, offset): ...

    def exists_by_title(self, title):
        return Row(title)
