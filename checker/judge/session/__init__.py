"""Grading sessions: a lesson's checks are planned, handed to workers, and reported.

A worker is a process that has the checks collected and does one after another. It is forked from a
warm one, or started fresh; in everything else a warm and a cold grading are the same.
"""

from checker.judge.session.cancellation import Cancellation, Cancelled
from checker.judge.session.grader import Grader, Graders, Killed, grade

__all__ = ["Cancellation", "Cancelled", "Grader", "Graders", "Killed", "grade"]
