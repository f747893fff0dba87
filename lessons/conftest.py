"""Lets an editor, or plain pytest, run the checks of a lesson:

pytest lessons/01-models/checks --submission my-posts
"""

pytest_plugins = ["checker.judge.plugin", "kit.fixtures"]
