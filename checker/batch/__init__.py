"""Grades a class: every submission by every lesson asked for, once, whatever stops the run.

`Gradebook` keeps what was found, `Run` brings about what is missing, `to_csv`
shows it. What was handed in becomes a project by `checker.ingest`.
"""

from checker.batch.as_csv import to_csv
from checker.batch.gradebook import Gradebook
from checker.batch.records import Key, Row, Status
from checker.batch.run import Progress, Run

__all__ = ["Gradebook", "Key", "Progress", "Row", "Run", "Status", "to_csv"]
