"""The JSON form is a contract with a schema of its own."""

import json

import jsonschema
import pytest

from checker.report import Report
from checker.report.as_json import SCHEMA, json_schema, to_json

PUBLISHED = json.loads(SCHEMA.read_text(encoding="utf-8"))


def test_the_published_schema_is_in_step_with_the_model():
    assert json_schema() == PUBLISHED


def test_one_report_is_an_object_and_several_are_a_list(mixed, passed):
    for data in (json.loads(to_json([mixed])), json.loads(to_json([mixed, passed]))):
        jsonschema.validate(data, PUBLISHED)
    assert json.loads(to_json([mixed]))["lesson"] == "01-models"
    assert len(json.loads(to_json([mixed, passed]))) == 2


def test_the_fields_are_those_of_the_contract(mixed):
    data = json.loads(to_json([mixed]))
    assert list(data) == [
        "schema",
        "lesson",
        "outcome",
        "isolation",
        "seed",
        "duration_ms",
        "items",
        "checks",
    ]
    assert data["schema"] == 1
    assert list(data["items"][0]) == ["id", "text", "outcome", "checks"]
    assert set(data["checks"][0]) == {
        "id",
        "title",
        "items",
        "errata",
        "outcome",
        "seen",
        "wanted",
        "why",
        "read",
        "location",
        "blocked_by",
        "duration_ms",
    }
    assert data["checks"][1]["location"] == {"file": "app/models/user.py", "line": 12}
    assert data["checks"][2]["blocked_by"] == "01.tables"


def test_it_can_be_read_back(mixed):
    assert Report.model_validate_json(to_json([mixed])) == mixed


@pytest.mark.parametrize("change", [{"outcome": "skipped"}, {"colour": "red"}, {"schema": 2}])
def test_the_schema_refuses_what_is_not_in_the_contract(mixed, change):
    data = json.loads(to_json([mixed])) | change
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, PUBLISHED)
