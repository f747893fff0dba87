from app.events.handlers import counting

HANDLERS = {f"post.{verb}": counting(verb) for verb in ("created", "updated", "deleted")}
