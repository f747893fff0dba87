"""The JSON form is a contract with a schema of its own."""

import json

import jsonschema
import pytest

from checker.report import Evidence, Outcome, Report
from checker.report.as_json import GRADED_SCHEMA, SCHEMA, json_schema, to_json
from checker.report.attested import attested

from .conftest import REACH, make_check, make_report

PUBLISHED = json.loads(SCHEMA.read_text(encoding="utf-8"))
GRADED = json.loads(GRADED_SCHEMA.read_text(encoding="utf-8"))


def test_the_published_schemas_are_in_step_with_the_model():
    assert json_schema() == PUBLISHED
    assert json_schema(graded=True) == GRADED


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
        "stretch",
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
        "note",
        "survivors",
        "blocked_by",
        "printed",
        "request",
        "duration_ms",
    }
    assert data["checks"][1]["location"] == {"file": "app/models/user.py", "line": 12}
    assert data["checks"][2]["blocked_by"] == "01.tables"


def objects(schema):
    """Every object that the schema describes."""
    found = [schema] if schema.get("type") == "object" else []
    for part in (*schema.get("$defs", {}).values(), *schema.get("oneOf", ())):
        found += objects(part)
    return found


PARTS = {"Report", "CheckResult", "ItemResult", "Location"}


@pytest.mark.parametrize(
    ("schema", "parts"), [(PUBLISHED, PARTS), (GRADED, {*PARTS, "Reach"})], ids=["check", "grade"]
)
def test_the_schema_is_one_of_2020_12_and_leaves_nothing_open(schema, parts):
    jsonschema.Draft202012Validator.check_schema(schema)
    found = objects(schema)
    assert {each["title"] for each in found} == parts
    for each in found:
        assert each["additionalProperties"] is False
        assert each["required"] == list(each["properties"])


def test_every_key_of_the_contract_must_be_there(mixed):
    data = json.loads(to_json([mixed]))
    for part in (data, data["items"][0], data["checks"][1], data["checks"][1]["location"]):
        for key in list(part):
            value = part.pop(key)
            with pytest.raises(jsonschema.ValidationError):
                jsonschema.validate(data, PUBLISHED)
            part[key] = value
    jsonschema.validate(data, PUBLISHED)


def test_any_pipe_carries_it_and_what_is_no_unicode_is_replaced():
    seen = "wörd ✓ \U0001f600 \ud800 \\ud800 \x1b"
    text = to_json([make_report(make_check("01.repr", Outcome.FAILED, seen=seen))])
    assert text.isascii()
    assert json.loads(text)["checks"][0]["seen"] == seen.replace("\ud800", "�")


@pytest.mark.parametrize("outcome", Outcome)
def test_a_report_with_any_outcome_fits_the_schema(outcome):
    report = make_report(make_check("01.repr", outcome))
    jsonschema.validate(json.loads(to_json([report])), PUBLISHED)


def test_what_was_seen_is_there_whole():
    seen = "x" * 100_000
    text = to_json([make_report(make_check("01.repr", Outcome.FAILED, seen=seen))])
    assert json.loads(text)["checks"][0]["seen"] == seen


@pytest.mark.parametrize("part", ["checks", "items"])
def test_the_schema_refuses_an_outcome_that_there_is_not(mixed, passed, part):
    one = json.loads(to_json([mixed]))
    both = json.loads(to_json([passed, mixed]))
    for data, report in ((one, one), (both, both[1])):
        report[part][0]["outcome"] = "skipped"
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(data, PUBLISHED)


def test_a_list_of_one_is_not_in_the_contract(mixed):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate([json.loads(to_json([mixed]))], PUBLISHED)


def test_it_can_be_read_back(mixed):
    assert Report.model_validate_json(to_json([mixed])) == mixed


@pytest.mark.parametrize("change", [{"outcome": "skipped"}, {"colour": "red"}, {"schema": 2}])
def test_the_schema_refuses_what_is_not_in_the_contract(mixed, change):
    data = json.loads(to_json([mixed])) | change
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(data, PUBLISHED)


@pytest.fixture
def graded():
    report = make_report(
        make_check("01.importable", evidence=Evidence.TOLD),
        make_check("01.tables", item="model.docs", evidence=Evidence.WITNESSED),
        make_check("01.repr", Outcome.BLOCKED, item="model.indexes", blocked_by="01.tables"),
    )
    stretch = make_check("01.more", evidence=Evidence.TOLD)
    return attested(report.model_copy(update={"stretch": stretch}), [REACH])


def test_an_instructor_is_told_whose_word_it_was(graded):
    data = json.loads(to_json([graded], graded=True))
    jsonschema.validate(data, GRADED)
    assert [each["evidence"] for each in data["checks"]] == ["told", "witnessed", None]
    assert [each["witnessed"] for each in data["items"]] == [False, True, None]
    assert data["reaches"] == [{"what": "gc", "location": {"file": "app/main.py", "line": 3}}]


def test_a_learner_is_told_nothing_of_that(graded):
    data = json.loads(to_json([graded]))
    jsonschema.validate(data, PUBLISHED)
    for schema, text in ((GRADED, data), (PUBLISHED, json.loads(to_json([graded], graded=True)))):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(text, schema)


def test_what_an_instructor_gets_can_be_read_back(graded):
    assert Report.model_validate_json(to_json([graded], graded=True)) == graded
