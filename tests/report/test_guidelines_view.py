"""The whole guideline, with a learner's state in it."""

from checker.guidelines import load_catalogue
from checker.report import Verdict
from checker.report.guidelines_view import render_guidelines


def printed(page, states):
    render_guidelines(load_catalogue(), states, page)
    return page.file.getvalue()


def test_every_item_is_there(page):
    text = " ".join(printed(page, {}).split())
    for item in load_catalogue().items:
        assert " ".join(item.text.split()) in text


def test_a_state_is_a_word_and_what_waits_shows_its_lesson(page):
    text = printed(page, {"model.repr": Verdict.PASSED, "model.docs": Verdict.FAILED})
    assert "✓ passed  Add repr for debugging" in text
    assert "✗ failed  Document model purpose and relationships" in text
    assert "  02        Create Alembic migration" in text
    assert "Creating a Database Model (1 of 10)" in text
    assert "Core Principles (0 of 7)" in text


def test_it_fits_80_columns(page):
    assert max(map(len, printed(page, {}).splitlines())) <= 80
