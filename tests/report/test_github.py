"""The report as annotations of GitHub Actions."""

import re

import pytest

from checker.report import Location, Outcome
from checker.report.github import to_github

from .conftest import make_check, make_report

COMMANDS = {"error", "warning", "notice"}


def parsed(text):
    """The commands as the runner reads them (actions/runner, `ActionCommand.TryParseV2`)."""
    commands = []
    for line in text.splitlines():
        name, _, data = line.strip().removeprefix("::").partition("::")
        name, _, properties = name.partition(" ")
        pairs = (pair.split("=", 1) for pair in properties.split(","))
        commands.append((name, {k: unescaped(v) for k, v in pairs}, unescaped(data)))
    return commands


def unescaped(text):
    for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, char)
    return text


def of(check, **options):
    return parsed(to_github([make_report(check)], **options))[0]


def failing(**told):
    return make_check("01.repr", Outcome.FAILED, **told)


def test_each_failure_is_an_error_and_a_notice_sums_up(mixed):
    commands = parsed(to_github([mixed]))
    assert [(name, properties["title"]) for name, properties, _ in commands] == [
        ("error", "Title of 01.tables"),
        ("error", "Title of 01.repr"),
        ("notice", "01-models"),
    ]
    assert commands[-1][2] == "0 of 2 items passed. Checks: 2 failed, 2 blocked."


def test_a_failure_to_the_letter(mixed):
    assert to_github([mixed], project="my-posts").splitlines()[0] == (
        "::error file=my-posts/app/models/user.py,line=12,title=Title of 01.tables"
        "::It is red. Wanted: Green.%0AGuideline: Wording of model.async-model%0AWhy: Because."
        "%0ARead: lessons/01-models/README.md, “Here”"
    )


def test_all_passed_is_a_notice_alone(passed):
    assert to_github([passed]) == "::notice title=01-models::1 of 1 items passed.\n"


def test_each_lesson_has_its_notice(passed):
    other = passed.model_copy(update={"lesson": "00-settings"})
    commands = parsed(to_github([other, passed]))
    assert [properties["title"] for _, properties, _ in commands] == ["00-settings", "01-models"]


def test_our_own_fault_is_a_warning_and_blames_nobody():
    broken = make_check("01.repr", Outcome.ERROR, seen="KeyError")
    commands = parsed(to_github([make_report(broken)]))
    assert commands[0][0] == "warning"
    assert commands[0][2] == "This is the checker's own fault, not yours. KeyError"
    assert commands[1][2].endswith("Checks: 1 broken by the checker itself.")


def test_without_a_location_there_is_no_file():
    assert of(failing())[1].keys() == {"title"}


@pytest.mark.parametrize(
    ("project", "file"),
    [
        ("", "app/a.py"),
        (".", "app/a.py"),
        ("my-posts", "my-posts/app/a.py"),
        ("class/ann/posts", "class/ann/posts/app/a.py"),
        ("/srv/posts", "/srv/posts/app/a.py"),
    ],
)
def test_a_file_is_named_from_the_repository(project, file):
    check = failing(location=Location(file="app/a.py", line=3))
    assert of(check, project=project)[1] == {"file": file, "line": "3", "title": check.title}


def test_escaping_is_the_toolkits():
    check = failing(
        title="50%: a, b",
        seen="100%0A: a, b",
        wanted="",
        location=Location(file="a,b:c%.py", line=1),
    )
    line = to_github([make_report(check)]).splitlines()[0]
    assert line.startswith(
        "::error file=a%2Cb%3Ac%25.py,line=1,title=50%25%3A a%2C b::100%250A: a, b"
    )


def test_what_was_seen_on_several_lines_is_the_messages_first():
    message = of(failing(seen="Traceback:\n  line 1\r\n\tline 2", wanted="a\nb"))[2]
    assert message.splitlines()[0] == "Traceback: line 1 line 2. Wanted: a b"


INJECTIONS = [
    "\n::error::mine",
    "\r::error::mine",
    "\r\n::set-output name=a::b",
    "::stop-commands::token",
    "x\u2028::error::mine\u2029::error::mine\x85::error::mine\x0b::error::mine\x0c::error::mine",
    "%0A::error::mine",
    "%250A::error::mine",
    "\n##[error]mine",
    ",file=/etc/passwd,line=1::mine",
    "\n::add-mask::e",
    "\x1b]0;title\x07\n::error::mine",
    "\ud800\n::error::mine",
]


@pytest.mark.parametrize("hostile", INJECTIONS)
@pytest.mark.parametrize("outcome", [Outcome.FAILED, Outcome.TIMED_OUT, Outcome.ERROR])
def test_no_text_of_the_learners_becomes_a_command(hostile, outcome):
    told = dict.fromkeys(("title", "seen", "wanted", "why", "read"), hostile)
    check = make_check("01.repr", outcome, location=Location(file=hostile, line=1), **told)
    text = to_github([make_report(check)], project=hostile)

    # However a reader ends lines, these two are the commands.
    assert [re.match("::([a-z-]+) ", line)[1] for line in text.splitlines()] == [
        "warning" if outcome is Outcome.ERROR else "error",
        "notice",
    ]
    _, properties, message = parsed(text)[0]
    assert properties.keys() == {"file", "line", "title"}
    assert properties["line"] == "1"
    assert not set(text) & set("\x1b\x07\r\x85\u2028\u2029\x0b\x0c\ud800")
    assert "mine" not in hostile or "mine" in message


def test_a_flood_is_cut():
    assert len(to_github([make_report(failing(seen="x" * 100_000))])) < 5_000


def test_an_empty_report_says_so():
    assert to_github([make_report()]) == "::notice title=01-models::0 of 0 items passed.\n"


def test_what_is_not_graded_is_counted_and_is_no_annotation():
    ungraded = make_check("01.repr", Outcome.NOT_GRADED, note="Not graded here: no moon.")
    text = to_github([make_report(make_check("01.importable"), ungraded)], "my-posts")
    assert len(text.splitlines()) == 1
    assert "1 of 1 items passed. Checks: 1 not graded here." in text
