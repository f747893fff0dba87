"""What runs beside the learner's application, and inside the process that serves it."""

import base64
import os
import time
from email.generator import BytesGenerator
from io import BytesIO

NAMES = (
    "smtp_host",
    "smtp_port",
    "smtp_security",
    "smtp_username",
    "smtp_password",
    "mail_from",
    "moderation_url",
    "moderation_secret",
    "delivery_seconds",
    "delivery_tries",
    "delivery_pause",
)


def settings(environments):
    """The settings of this lesson, in each of these environments; or what was refused."""
    return [_settings(each) for each in environments]


def _settings(environment):
    from pydantic import ValidationError

    from app.config import Settings

    for name in NAMES:
        os.environ.pop(name.upper(), None)
    os.environ.update(environment)
    try:
        made = Settings()
    except ValidationError as error:
        refused = [(".".join(map(str, each["loc"])), each["msg"]) for each in error.errors()]
        return {"refused": "; ".join(f"{name}: {why}" if name else why for name, why in refused)}
    return {name: _plain(getattr(made, name, "nothing of that name")) for name in NAMES}


def _plain(value):
    if hasattr(value, "get_secret_value"):
        return {"secret": value.get_secret_value()}
    return value if isinstance(value, bool | int | float | str | None) else str(value)


def mails(given, pause=0):
    """What welcome_mail makes of each name, address and sender: as it would be sent, in base64.

    Before each it pauses, in seconds.
    """
    import app.utils.welcome  # noqa: F401 - before the first pause

    found = []
    for each in given:
        time.sleep(pause)
        found.append(_mail(*each))
    return found


def _mail(name, address, sender):
    from app.utils.welcome import welcome_mail

    try:
        message = welcome_mail(name, address, sender)
    except NotImplementedError:
        raise
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}
    if not hasattr(message, "policy"):
        return {"error": f"a {type(message).__name__}"}
    sent = BytesIO()
    try:
        policy = message.policy.clone(utf8=not address.isascii(), linesep="\r\n")
        BytesGenerator(sent, policy=policy).flatten(message)
    except Exception as error:
        return {"error": f"{type(error).__name__} when it is sent: {error}"}
    return {"sent": base64.b64encode(sent.getvalue()).decode()}


def signatures(given):
    """What sign makes of each secret, id, timestamp and body, a text that is sent in UTF-8."""
    from app.utils.signing import sign

    found = []
    for secret, id_, timestamp, body in given:
        value = sign(secret, id_, timestamp, body.encode())
        found.append(value if isinstance(value, str | None) else {"a": type(value).__name__})
    return found


# What is set up before the application is served.


def one_connection():
    """Every pool that is made from now on has one connection, which is waited for shortly."""
    from sqlalchemy.pool import QueuePool

    original = QueuePool.__init__

    def narrow(self, creator, *args, **options):
        options.update(pool_size=1, max_overflow=0, timeout=3)
        original(self, creator, **options)

    QueuePool.__init__ = narrow
