"""What to do about exceptions that many a learner meets, whatever was being done."""

import re

NOTHING = "No exception."
_OURS = (
    *("config", "database", "dependencies", "exceptions", "main", "middleware", "models"),
    *("repositories", "routes", "schemas", "services", "utils"),
)


def advice(exception: str, message: str) -> str:
    """A sentence for `wanted`, by the exception's name and message."""
    found = re.search(r"No module named '(\w+)", message)
    if exception == "ModuleNotFoundError" and found and found[1] in _OURS:
        return f"from app.{found[1]}… import …: every import begins at the package app."
    if found := re.search(r"cannot import name '(\w+)' from '(app[\w.]*)'", message):
        return f"{found[1]} in {found[2]}, where another module looks for it."
    if exception == "NameError":
        return "Every name that a file uses is imported or defined in that file."
    if "Invalid args for response field" in message:
        return (
            "Annotated[PostService, Depends(get_post_service)]: a bare Depends() makes FastAPI"
            " read the constructor's parameters as fields."
        )
    if exception == "AttributeError":
        return _attribute(message)
    return NOTHING


def _attribute(message: str) -> str:
    if "'app.main' has no attribute 'app'" in message:
        return "app = create_app() at the end of app/main.py."
    if re.search(r"'(Post|User)' object has no attribute 'model_dump'", message):
        return "create(Post(…)): a repository is given a row, which the service makes of a schema."
    if found := re.search(
        r"'(\w+(?:Repository|Service))' object has no attribute '(\w+)'", message
    ):
        return f"{found[1]} has {found[2]}."
    return NOTHING
