import importlib


def load(module):
    importlib.import_module(module)
    return "imported"


def unwritten():
    from app.code import unwritten

    unwritten()


def env():
    import os

    return os.environ["DATABASE_URL"]
