import functools
import logging
import time

log = logging.getLogger(__name__)


class No(Exception):
    pass


class Later(No):
    pass


def trying(what):
    """A task that is tried as often as its settings say, and that logs what it gives up."""

    def decorated(function):
        @functools.wraps(function)
        def task(settings, request_id, *args):
            reason = ""
            try:
                attempt = function(settings, *args)
                for number in range(1, settings.delivery_tries + 1):
                    try:
                        attempt()
                        break
                    except Later:
                        if number == settings.delivery_tries:
                            raise
                        time.sleep(settings.delivery_pause)
            except No as error:
                reason = str(error)
            except Exception as error:
                reason = type(error).__qualname__
            if reason:
                log.warning("[%s] %s: %s", request_id, what, reason)

        return task

    return decorated
