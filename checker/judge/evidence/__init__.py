"""What a check can look at: source, HTTP, the database, a broker's topics, a command's outcome, a
probe's answer."""

from checker.judge.databases import Database, Missing, Refused, SqliteDatabase
from checker.judge.evidence.broker import Broker, Message
from checker.judge.evidence.command import Command, CommandResult
from checker.judge.evidence.context import Grading
from checker.judge.evidence.definitions import Definitions
from checker.judge.evidence.http import Http
from checker.judge.evidence.launch import Launch, Running
from checker.judge.evidence.probe import Probe
from checker.judge.evidence.project import Project
from checker.judge.evidence.requirements import requirements
from checker.judge.evidence.response import body, cause, summarize
from checker.judge.evidence.source import Definition, Module, Source, dotted
from checker.judge.evidence.suite import Failure, Run, Suite
from checker.report import Location

__all__ = [
    "Broker",
    "Command",
    "CommandResult",
    "Database",
    "Definition",
    "Definitions",
    "Failure",
    "Grading",
    "Http",
    "Launch",
    "Location",
    "Message",
    "Missing",
    "Module",
    "Probe",
    "Project",
    "Refused",
    "Run",
    "Running",
    "Source",
    "SqliteDatabase",
    "Suite",
    "body",
    "cause",
    "dotted",
    "requirements",
    "summarize",
]
