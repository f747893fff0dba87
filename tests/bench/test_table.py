"""The results as Markdown."""

import pytest

from bench import table


@pytest.fixture
def page(results):
    return table.render(results)


def test_it_says_when_and_where_it_was_measured(page):
    first = page.splitlines()[0]
    assert first.startswith("2030-01-02, 2 cores of a processor, Linux 6, Python 3.12.1, SQLite.")
    assert "the median of 3 rounds" in first


def test_a_lesson_has_its_medians_with_their_quartiles(page):
    row = "| 06, 31 checks | 1.00 (0.95–1.05) | 1.20 (1.15–1.25) | 1.50 (1.45–1.55) |"
    assert row in page


def test_a_lesson_has_its_ratios(page):
    assert "| 06, 31 checks | 10.00 | 8.00 | 1.20 | – | 0.30 | 0.50 |" in page


def test_memory_is_that_of_the_sides_it_was_measured_for(page):
    assert page.endswith(
        "| lesson | floor | warm |\n"
        "| --- | ---: | ---: |\n"
        "| 01, 18 checks | 100 | 250 |\n"
        "| 06, 31 checks | 120 | 300 |\n"
    )


def test_without_memory_there_is_no_table_of_it(results):
    lessons = tuple(each.model_copy(update={"memory": {}}) for each in results.lessons)
    assert "memory" not in table.render(results.model_copy(update={"lessons": lessons}))


def test_every_row_of_a_table_has_as_many_cells(page):
    tables = [part.splitlines() for part in page.split("\n\n") if part.startswith("|")]
    assert len(tables) == 3
    for rows in tables:
        assert len({row.count("|") for row in rows}) == 1
