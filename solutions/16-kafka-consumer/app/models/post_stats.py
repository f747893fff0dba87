"""What authors do, as the events tell it."""

from sqlalchemy.orm import Mapped, mapped_column

from app.models.base import Base


class PostStats(Base):
    """How many posts of one author were created, updated and deleted.

    Belongs to no other table: the events may come after their author has gone.
    """

    __tablename__ = "post_stats"

    user_id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    created: Mapped[int] = mapped_column(default=0)
    updated: Mapped[int] = mapped_column(default=0)
    deleted: Mapped[int] = mapped_column(default=0)
