import os

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.mapped import Base, Child, Parent

__all__ = ["PID", "Parent"]

PID = os.getpid()


class Toy(Base):
    __tablename__ = "toys"
    id: Mapped[int] = mapped_column(primary_key=True)
    child_id: Mapped[int] = mapped_column(ForeignKey("children.id"))
    child: Mapped[Child] = relationship(back_populates="mother")
