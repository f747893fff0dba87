"""The catalogue holds every line of the guideline that the workshop answers for."""

import pytest
from pydantic import ValidationError

from checker.guidelines import Kind, load_catalogue
from checker.guidelines.catalogue import Catalogue

IDS = {
    "endpoint": """schema service-function route-handler response-model validation-errors
        publish-events unit-tests integration-tests docs auth-tests""",
    "model": """async-model type-hints mapped-types migration indexes relationship-loading repr
        schema tests docs""",
    "principle": """layered-architecture type-hints dependency-injection pydantic-v2 migrations
        error-handling testing""",
    "antipattern": "god-service raw-sql-in-routes missing-error-handling",
    "dont": "logic-in-route no-type-hints",
    "topic": """navigation fastapi-patterns pytest kafka sqlalchemy alembic auth async
        db-optimization error-handling openapi background-tasks deployment""",
}
LESSONS = """00-settings 01-models 02-migrations 03-schemas 04-repositories 05-services 06-routes
    07-errors 08-tests 09-auth 10-async 11-queries 12-api-docs 13-background-tasks 14-deployment
    15-kafka-producer 16-kafka-consumer 17-capstone"""
ITEM = {"id": "a.one", "text": "One", "kind": "mandatory", "lesson": "01-models"}


@pytest.mark.parametrize("section", IDS)
def test_a_section_is_there_whole_and_in_order(section):
    found = [item.id for item in load_catalogue().in_section(section)]
    assert found == [f"{section}.{name}" for name in IDS[section].split()]


def test_the_errata_are_numbered_without_a_gap():
    assert [each.id for each in load_catalogue().errata] == [f"E{n:02}" for n in range(1, 49)]


def test_every_item_and_erratum_belongs_to_a_lesson_of_the_curriculum():
    catalogue = load_catalogue()
    assert {each.lesson for each in (*catalogue.items, *catalogue.errata)} <= set(LESSONS.split())


def test_the_wording_is_the_guidelines():
    assert load_catalogue().item("model.repr").text == "Add repr for debugging"
    assert (
        load_catalogue().item("endpoint.docs").text == "Document with docstrings and OpenAPI tags"
    )


def test_what_is_conditional_is_recommended_and_the_signpost_is_never_graded():
    kinds = {item.id: item.kind for item in load_catalogue().items}
    assert kinds["endpoint.publish-events"] is Kind.RECOMMENDED
    assert kinds["principle.dependency-injection"] is Kind.RECOMMENDED
    assert kinds["principle.testing"] is Kind.MANDATORY
    assert kinds["topic.navigation"] is Kind.REFERENCE


def catalogue(*items, sections=({"id": "a", "title": "A"},), errata=()):
    return Catalogue.model_validate({"sections": sections, "items": items, "errata": errata})


@pytest.mark.parametrize(
    ("items", "reason"),
    [
        ([ITEM, ITEM], "ids that stand twice: a.one"),
        ([{**ITEM, "id": "b.one"}], "b.one stands in no section"),
        ([{**ITEM, "errata": ["E01"]}], "a.one names errata that do not exist"),
        ([{**ITEM, "kind": "nice"}], "kind"),
        ([{**ITEM, "colour": "red"}], "colour"),
        ([{**ITEM, "id": "One"}], "id"),
        ([], "items"),
    ],
)
def test_a_mistake_in_the_data_is_refused_with_its_reason(items, reason):
    with pytest.raises(ValidationError, match=reason):
        catalogue(*items)


def test_an_item_is_found_by_its_id():
    assert catalogue(ITEM).item("a.one").section == "a"
    with pytest.raises(KeyError):
        catalogue(ITEM).item("a.two")
