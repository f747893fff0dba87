"""Calls the submission."""


def wait():
    from app.main import wait

    wait()
