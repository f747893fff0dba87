"""What a check can look at: source, HTTP, the database, a command's outcome, a probe's answer."""

from checker.judge.evidence.command import Command, Outcome
from checker.judge.evidence.database import Database, Databases, Missing, Refused
from checker.judge.evidence.definitions import Definitions
from checker.judge.evidence.http import Http
from checker.judge.evidence.posts_api import PostsApi
from checker.judge.evidence.probe import Probe
from checker.judge.evidence.project import Project
from checker.judge.evidence.source import Definition, Module, Source
from checker.judge.evidence.sqlite import SqliteDatabase

__all__ = [
    "Command",
    "Database",
    "Databases",
    "Definition",
    "Definitions",
    "Http",
    "Missing",
    "Module",
    "Outcome",
    "PostsApi",
    "Probe",
    "Project",
    "Refused",
    "Source",
    "SqliteDatabase",
]
