"""Reports as JSON, which are published contracts: `schema.json` beside this file is that of what a
learner gets, `graded.json` that of what an instructor gets.
"""

import json
from pathlib import Path
from typing import Any

from checker.report.model import Report

SCHEMA = Path(__file__).parent / "schema.json"
GRADED_SCHEMA = SCHEMA.with_name("graded.json")

_INSTRUCTORS = {"CheckResult": "evidence", "ItemResult": "witnessed", "Report": "reaches"}
"""The fields that only an instructor gets, by the definition that has them."""
_OMITTED: dict[str, Any] = {
    "checks": {"__all__": {_INSTRUCTORS["CheckResult"]}},
    "items": {"__all__": {_INSTRUCTORS["ItemResult"]}},
    "stretch": {_INSTRUCTORS["CheckResult"]},
    _INSTRUCTORS["Report"]: True,
}


def to_json(reports: list[Report], *, graded: bool = False) -> str:
    """One object for one report, a list for several, with all that an instructor gets where they
    are `graded`.

    In ASCII, so that any pipe carries it.
    """
    omitted = None if graded else _OMITTED
    data = [report.model_dump(mode="json", exclude=omitted) for report in reports]
    text = json.dumps(data[0] if len(data) == 1 else data, ensure_ascii=False, indent=2)
    return "".join(char if char.isascii() else json.dumps(char)[1:-1] for char in text)


def json_schema(*, graded: bool = False) -> dict[str, Any]:
    """The contract as a JSON Schema (2020-12), made from the model."""
    schema = Report.model_json_schema(mode="serialization")
    definitions = schema.pop("$defs")
    definitions["Report"] = schema
    if not graded:
        for name, field in _INSTRUCTORS.items():
            del definitions[name]["properties"][field]
            definitions[name]["required"].remove(field)
        for unused in ("Evidence", "Reach"):
            del definitions[unused]
    command = "checker grade --reports" if graded else "checker check --format json"
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Report of {command}",
        "description": "One lesson's report, or a list of them.",
        "oneOf": [
            {"$ref": "#/$defs/Report"},
            {"type": "array", "items": {"$ref": "#/$defs/Report"}, "minItems": 2},
        ],
        "$defs": definitions,
    }
