"""The whole guideline, with a learner's state in it."""

import io

import pytest
from rich.console import Console

from checker.curriculum import load_curriculum
from checker.report import Verdict
from checker.report.guidelines_view import render_guidelines

from .conftest import paper

CATALOGUE = load_curriculum().course.catalogue


def printed(page, states):
    render_guidelines(CATALOGUE, states, page)
    return page.file.getvalue()


def test_every_item_is_there(page):
    text = " ".join(printed(page, {}).split())
    for item in CATALOGUE.items:
        assert " ".join(item.text.split()) in text


def test_a_state_is_a_word_and_what_waits_shows_its_lesson(page):
    text = printed(page, {"model.repr": Verdict.PASSED, "model.docs": Verdict.FAILED})
    assert "✓ passed  Add repr for debugging" in text
    assert "✗ failed  Document model purpose and relationships" in text
    assert "  02        Create Alembic migration" in text
    assert "Creating a Database Model (1 of 10)" in text
    assert "Core Principles (0 of 7)" in text


def test_sections_stand_in_the_guidelines_order(page):
    text = printed(page, {})
    places = [text.index(f"{section.title} (") for section in CATALOGUE.sections]
    assert places == sorted(places)


def test_the_signpost_counts_for_nothing_and_waits_for_no_lesson(page):
    text = printed(page, {})
    assert "Navigation Guide (0 of 12)" in text
    assert "  ·         For detailed information on specific topics" in text


def test_what_is_recommended_says_so_and_errata_are_named(page):
    text = printed(page, {})
    assert "Publish events to Kafka if applicable (recommended) [E43]" in text


def test_all_states_passed_counts_every_graded_item(page):
    graded = {item.id: Verdict.PASSED for item in CATALOGUE.items}
    text = printed(page, graded)
    assert "Creating a New API Endpoint (10 of 10)" in text
    assert "✗" not in text


@pytest.mark.parametrize("width", [80, 200])
def test_it_fits_80_columns(width):
    assert max(map(len, printed(paper(width=width), {}).splitlines())) <= 80


def test_a_console_without_our_symbols_gets_others():
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    render_guidelines(CATALOGUE, {"model.repr": Verdict.PASSED}, Console(file=stream))
    stream.flush()
    assert "+ passed  Add repr for debugging" in stream.buffer.getvalue().decode("ascii")
