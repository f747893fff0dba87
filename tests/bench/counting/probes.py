# Put behind a lesson's probes, with COUNTED_INTO: notes each call of one of them.


def _counted():
    import inspect
    import os
    from functools import wraps

    def counting(name, function):
        @wraps(function)
        def noted(*args, **options):
            descriptor = os.open(COUNTED_INTO, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)  # noqa: F821
            os.write(descriptor, f"probe {name}\n".encode())
            os.close(descriptor)
            return function(*args, **options)

        return noted

    for name, function in list(globals().items()):
        own = inspect.isfunction(function) and function.__module__ == __name__
        if own and not name.startswith("_"):
            globals()[name] = counting(name, function)


_counted()
