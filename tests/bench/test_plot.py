"""The results as SVG."""

from xml.etree import ElementTree

import pytest

from bench import plot

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def picture(results):
    return plot.render(results)


def test_it_is_well_formed_and_names_lessons_sides_date_and_machine(picture):
    root = ElementTree.fromstring(picture)
    assert root.tag == f"{SVG}svg"
    told = " ".join("".join(each.itertext()) for each in root.iter(f"{SVG}text"))
    for words in (
        "01-models",
        "06-routes",
        "the floor",
        "checker, warm",
        "pytest, cold",
        "2030-01-02",
        "2 cores of a processor",
    ):
        assert words in told


def test_the_same_results_give_the_same_bytes(results, picture):
    assert plot.render(results) == picture


def test_it_has_no_background_and_no_other_date(picture):
    root = ElementTree.fromstring(picture)
    assert "<dc:date>" not in picture
    [patch] = [each for each in root.iter(f"{SVG}g") if each.get("id") == "patch_1"]
    assert "fill: none" in patch[0].get("style")


@pytest.mark.parametrize("paper", [(255, 255, 255), (13, 17, 23)], ids=["light", "dark"])
@pytest.mark.parametrize("colour", plot.COLOURS)
def test_every_colour_can_be_told_from_light_and_from_dark_paper(colour, paper):
    assert contrast(colour, paper) >= 3  # as WCAG 2 asks of graphics


@pytest.mark.parametrize("paper", [(255, 255, 255), (13, 17, 23)], ids=["light", "dark"])
def test_words_can_be_read_on_both(paper):
    assert contrast(plot.INK, paper) >= 4  # no colour has the 4.5 of WCAG 2 on both


def contrast(colour, paper):
    ink = tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))
    high, low = sorted((luminance(ink), luminance(paper)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def luminance(colour):
    parts = [part / 255 for part in colour]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
