"""Has the learner's service hand posts over. Every answer is plain JSON."""

import re

UPDATE = re.compile(r"\s*UPDATE\b", re.IGNORECASE)


def offered():
    """Whether the service has a method for it."""
    from app.services import PostService

    return hasattr(PostService, "hand_over")


async def hand_over(user_id, to, vanishes=False):
    """What `hand_over` gives or raises, how many UPDATEs it sent, and whose a post is that the
    session knew before. The new author may be deleted when the first of them is sent."""
    from sqlalchemy import event, select, text
    from sqlalchemy.util.concurrency import await_only

    from app.config import get_settings
    from app.database import create_engine, create_session_factory
    from app.exceptions import NotFoundError
    from app.models import Post
    from app.services import PostService

    engine, other = create_engine(get_settings()), create_engine(get_settings())
    sent = []

    async def delete():
        async with other.begin() as connection:
            await connection.execute(text("DELETE FROM users WHERE id = :id"), {"id": to})

    @event.listens_for(engine.sync_engine, "before_cursor_execute")
    def note(connection, cursor, statement, parameters, context, executemany):
        if UPDATE.match(statement):
            if vanishes and not sent:
                await_only(delete())
            sent.append(statement)

    answer = {"raised": None, "gave": None, "known": None}
    async with create_session_factory(engine)() as session:
        known = (await session.scalars(select(Post).where(Post.user_id == user_id))).first()
        try:
            gave = await PostService(session).hand_over(user_id, to)
            answer["gave"] = gave if type(gave) in (int, type(None)) else type(gave).__name__
            answer["known"] = known and known.user_id
        except NotFoundError:
            answer["raised"] = "NotFoundError"
        except Exception as error:
            answer["raised"] = f"{type(error).__name__}: {error}"[:200]
    await engine.dispose()
    await other.dispose()
    return {**answer, "sent": len(sent)}
