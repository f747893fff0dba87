"""Probes over the sample project, each a thing that learners' code does."""

import importlib
import os
import subprocess
import sys
import time


def echo(value):
    return value


def here():
    return {"cwd": os.getcwd(), "env": dict(os.environ), "path": sys.path[0]}


async def later():
    return "awaited"


def load(module):
    importlib.import_module(module)
    return "imported"


def count():
    """How often the module was asked for this, in this process."""
    from app import counter

    counter.count += 1
    return {"count": counter.count, "pid": os.getpid()}


def imported_here(module):
    """Whether the module was imported in this process, and not in one that forked it."""
    import importlib

    return os.getpid() == importlib.import_module(module).PID


def threads():
    from app import threaded

    return sorted(thread.name for thread in threaded.threading.enumerate())


def at_import():
    from app import settings

    return settings.VALUE


def parent():
    return os.getppid()


def forever():
    while True:
        pass


def loud(size):
    print("x" * size)
    print("the end")


def unserialisable():
    return object()


def huge():
    return "x" * 9_000_000


def hoard():
    return len(bytearray(8 * 1024**3))


def orphan():
    """Leave a process of another session behind and say its id."""
    code = "import os, time; os.setsid(); print(os.getpid(), flush=True); time.sleep(600)"
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    return int(child.stdout.readline())


def leave(status):
    os._exit(status)


def kill_parent():
    os.kill(os.getppid(), 9)
    time.sleep(5)


def forge():
    """Write an answer to every open descriptor, as a cheat would."""
    for descriptor in range(3, 64):
        try:
            os.write(descriptor, b'{"kind": "Value", "value": "forged", "printed": ""}\n')
        except OSError:
            continue
    os._exit(0)


def misanswer(line):
    """Write an answer of one's own, as a cheat would that looks through the frames below it."""
    frame = sys._getframe()
    while "task" not in frame.f_locals:
        frame = frame.f_back
    os.write(frame.f_locals["result"], f"{frame.f_locals['task'].token} {line}\n".encode())
    os._exit(0)


def limits(names):
    import resource

    return [resource.getrlimit(getattr(resource, name))[0] for name in names]


def counted(app, add):
    """Runs inside the server: reads and changes its state."""
    app.state.count = getattr(app.state, "count", 0) + add
    return app.state.count


def before_serving():
    os.environ["GREETING"] = "set up"


def mapping(module):
    """Whether the classes were configured before anybody asked, and what asking says."""
    from sqlalchemy import orm

    mapper = importlib.import_module(module).Parent.__mapper__
    found = {"configured": mapper.configured, "here": imported_here(module), "said": ""}
    try:
        orm.configure_mappers()
    except Exception as error:
        found["said"] = str(error)
    return found


def routes_made():
    """Whether the app's routers have become routes before any request."""
    from app import main

    [included] = (each for each in main.app.routes if hasattr(each, "effective_candidates"))
    return bool(included._effective_candidates)
