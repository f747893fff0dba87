"""The catalogue holds every line of the guideline that the workshop answers for."""

import io
import re
import shutil

import pytest
from pydantic import ValidationError
from rich.console import Console

from checker.curriculum import load_curriculum
from checker.curriculum.checks import declared_checks
from checker.guidelines import Catalogue, CatalogueError, Kind, load_catalogue
from checker.report import ItemResult, Report, Verdict
from checker.report.guidelines_view import render_guidelines
from checker.workspace import Progress

CURRICULUM = load_curriculum()
COURSE = CURRICULUM.course
CATALOGUE = COURSE.catalogue
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
    found = [item.id for item in CATALOGUE.in_section(section)]
    assert found == [f"{section}.{name}" for name in IDS[section].split()]


def test_the_errata_are_numbered_without_a_gap():
    assert [each.id for each in CATALOGUE.errata] == [f"E{n:02}" for n in range(1, 49)]


def test_every_item_and_erratum_belongs_to_a_lesson_of_the_curriculum():
    catalogue = CATALOGUE
    assert {each.lesson for each in (*catalogue.items, *catalogue.errata)} <= set(LESSONS.split())


def test_every_lesson_is_named_as_its_folder():
    for each in (*CATALOGUE.items, *CATALOGUE.errata):
        assert re.fullmatch(r"\d\d-[a-z]+(-[a-z]+)*", each.lesson)


def test_no_id_stands_twice():
    ids = [each.id for each in (*CATALOGUE.items, *CATALOGUE.errata)]
    assert len(set(ids)) == len(ids)


def test_no_lesson_teaches_an_erratum_before_the_lesson_that_introduces_it():
    first = {erratum.id: erratum.lesson for erratum in CATALOGUE.errata}
    early = [
        (lesson.id, name)
        for lesson in load_curriculum().lessons
        for name in lesson.errata
        if lesson.id < first[name]
    ]
    assert early == []


def test_every_item_and_erratum_is_told_in_whole_words():
    for item in CATALOGUE.items:
        assert item.text == " ".join(item.text.split()) != ""
    for erratum in CATALOGUE.errata:
        assert erratum.where
        assert erratum.today.endswith(".")
        assert erratum.instead


def test_the_wording_is_the_guidelines():
    assert CATALOGUE.item("model.repr").text == "Add repr for debugging"
    assert CATALOGUE.item("endpoint.docs").text == "Document with docstrings and OpenAPI tags"


def test_what_is_conditional_is_recommended_and_the_signpost_is_never_graded():
    kinds = {item.id: item.kind for item in CATALOGUE.items}
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


@pytest.fixture
def folder(tmp_path):
    """A copy of the catalogue's two files, to be broken."""
    for name in ("items.toml", "errata.toml"):
        shutil.copy(COURSE.folder / COURSE.guideline / name, tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    ("file", "old", "new", "sentence"),
    [
        ("items.toml", 'id = "model"', "id = model", "items.toml: not readable as TOML: "),
        ("errata.toml", "[[errata]]", "[[errata", "errata.toml: not readable as TOML: "),
        (
            "items.toml",
            'id = "endpoint.schema"',
            'id = "Schema"',
            "items.toml: items, Schema, id: String should match pattern",
        ),
        (
            "items.toml",
            'kind = "mandatory"',
            'kind = "nice"',
            "items.toml: items, endpoint.schema, kind: Input should be",
        ),
        (
            "items.toml",
            'lesson = "03-schemas"',
            'lesson = "schemas"',
            "items.toml: items, endpoint.schema, lesson: String should match pattern",
        ),
        (
            "items.toml",
            'lesson = "03-schemas"',
            'lesson = "03-schemas"\ncolour = "red"',
            "items.toml: items, endpoint.schema, colour: Extra inputs are not permitted.",
        ),
        (
            "items.toml",
            'id = "endpoint.schema"\n',
            "",
            "items.toml: items, number 1, id: Field required.",
        ),
        (
            "items.toml",
            'id = "endpoint.schema"',
            'id = "model.repr"',
            "items.toml: items: ids that stand twice: model.repr.",
        ),
        (
            "items.toml",
            'id = "endpoint.schema"',
            'id = "nowhere.schema"',
            "items.toml: items: nowhere.schema stands in no section.",
        ),
        (
            "items.toml",
            '["E12", "E13"]',
            '["E12", "E77"]',
            "items.toml: items: endpoint.schema names errata that do not exist: E77.",
        ),
        (
            "errata.toml",
            'id = "E02"',
            'id = "E01"',
            "errata.toml: errata: ids that stand twice: E01.",
        ),
        (
            "errata.toml",
            'where = "Layered Architecture, imports"\n',
            "",
            "errata.toml: errata, E01, where: Field required.",
        ),
        (
            "errata.toml",
            "[[errata]]",
            "[[items]]",
            "errata.toml: items: is no key of this file.",
        ),
    ],
)
def test_a_mistake_in_a_file_names_file_key_and_reason(folder, file, old, new, sentence):
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_catalogue(folder)
    assert caught.value.sentence.startswith(sentence)


def test_a_missing_file_is_said(folder):
    (folder / "errata.toml").unlink()
    with pytest.raises(CatalogueError, match=r"errata\.toml: not readable: No such file"):
        load_catalogue(folder)


def test_bytes_that_are_no_text_are_said(folder):
    (folder / "items.toml").write_bytes(b"\xff\xfe")
    with pytest.raises(CatalogueError, match=r"items\.toml: not readable as TOML"):
        load_catalogue(folder)


def proved(*lessons):
    """The items that the checks of these lessons prove."""
    checks = [facts for lesson in lessons for facts in declared_checks(lesson).values()]
    return {name for facts in checks for name in facts.get("items", ())}


def test_every_item_that_is_graded_has_a_check():
    graded = {item.id for item in CATALOGUE.items if item.kind is not Kind.REFERENCE}
    assert graded - proved(*CURRICULUM.lessons) == set()


def test_the_last_lesson_asks_for_both_checklists_the_principles_and_no_anti_pattern():
    sections = ("endpoint", "model", "principle", "antipattern", "dont")
    wanted = {item.id for section in sections for item in CATALOGUE.in_section(section)}
    assert wanted - proved(CURRICULUM.lessons[-1]) == set()


def test_both_checklists_are_complete_when_every_lesson_is_passed():
    progress = Progress()
    for lesson in CURRICULUM.lessons:
        progress = progress.graded(passed(lesson))
    out = io.StringIO()

    render_guidelines(CATALOGUE, progress.items(), Console(file=out, width=80))

    counted = re.findall(r"\((\d+) of (\d+)\)", out.getvalue())
    graded = [section for section in CATALOGUE.sections if CATALOGUE.graded_in(section.id)]
    assert sum(of != "0" for _, of in counted) == len(graded)
    assert all(done == of for done, of in counted)
    assert "✗" not in out.getvalue()


def passed(lesson):
    """What a grading reports of a lesson all of whose checks pass."""
    items = tuple(
        ItemResult(id=item, text="", outcome=Verdict.PASSED, checks=())
        for item in sorted(proved(lesson))
    )
    return Report(
        lesson=lesson.id,
        outcome=Verdict.PASSED,
        isolation="process",
        seed=0,
        duration_ms=0,
        items=items,
        checks=(),
    )
