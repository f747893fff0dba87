import asyncio
from pathlib import Path

from alembic.config import Config
from alembic.script import ScriptDirectory
from fastapi import APIRouter, Request, Response
from sqlalchemy import NullPool, text
from sqlalchemy.ext.asyncio import create_async_engine

router = APIRouter(include_in_schema=False)
ROOT = Path(__file__).resolve().parent.parent.parent
LOOKS = set()  # which nobody else holds
HEAD = ScriptDirectory.from_config(Config(str(ROOT / "alembic.ini"))).get_current_head()


@router.get("/health/live", status_code=204)
@router.head("/health/live", status_code=204)
def live():
    return Response(status_code=200)


async def is_up(url):
    engine = create_async_engine(url, poolclass=NullPool, hide_parameters=True)
    try:
        async with asyncio.timeout(1.5), engine.connect() as connection:
            found = await connection.scalars(text("SELECT version_num FROM alembic_version"))
            return list(found) == [HEAD]
    except Exception:
        return False


@router.get("/health/ready")
async def ready(request: Request):
    """A connection of its own, so that a pool that is taken says nothing about the database."""
    look = asyncio.create_task(is_up(request.app.state.settings.database_url))
    LOOKS.add(look)
    look.add_done_callback(LOOKS.discard)
    done, _ = await asyncio.wait({look}, timeout=1.5)
    up = bool(done) and look.result()
    return Response("yes" if up else "no", status_code=200 if up else 503)
