from app.events.handlers import count
from app.schemas.events import PostEventType

HANDLERS = dict.fromkeys([kind.value for kind in PostEventType], count)
