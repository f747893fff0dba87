class Base:
    created_at = None


class Post(Base):
    title: str
    author = None

    def rename(self, title): ...
