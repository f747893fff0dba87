"""Reports as JSON: a published contract, `schema.json` beside this file."""

import json
from pathlib import Path
from typing import Any

from checker.report.model import Report

SCHEMA = Path(__file__).parent / "schema.json"


def to_json(reports: list[Report]) -> str:
    """One object for one report, a list for several.

    In ASCII, so that any pipe carries it.
    """
    data = [report.model_dump(mode="json") for report in reports]
    text = json.dumps(data[0] if len(data) == 1 else data, ensure_ascii=False, indent=2)
    return "".join(char if char.isascii() else json.dumps(char)[1:-1] for char in text)


def json_schema() -> dict[str, Any]:
    """The contract as a JSON Schema (2020-12), made from the model."""
    schema = Report.model_json_schema(mode="serialization")
    definitions = schema.pop("$defs")
    definitions["Report"] = schema
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Report of checker check --format json",
        "description": "One lesson's report, or a list of them.",
        "oneOf": [
            {"$ref": "#/$defs/Report"},
            {"type": "array", "items": {"$ref": "#/$defs/Report"}, "minItems": 2},
        ],
        "$defs": definitions,
    }
