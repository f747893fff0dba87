"""Used wrongly: one sentence, the next step, exit code 2, nothing lost."""

import pytest


@pytest.fixture(autouse=True)
def there(here):
    """A file, a folder that is no project, and a project that is no workspace."""
    (here / "file").write_text("")
    (here / "empty").mkdir()
    (here / "other").mkdir()
    (here / "other" / "holiday.jpg").write_text("beach")
    (here / "project" / "app").mkdir(parents=True)
    (here / "mixed").mkdir()
    (here / "mixed" / "app").write_text("a file")


@pytest.mark.parametrize(
    ("args", "said"),
    [
        ("check", "There is no workspace in my-posts.\nMake one with: checker start"),
        ("", "There is no workspace in my-posts.\nMake one with: checker start"),
        ("hint", "There is no workspace in my-posts."),
        ("diff", "There is no workspace in my-posts."),
        ("solution 00", "There is no workspace in my-posts."),
        ("reset", "There is no workspace in my-posts."),
        (
            "catch-up 01",
            "There is no workspace in my-posts.\nMake one that begins there with: checker start 01",
        ),
        ("catch-up 77", "There is no lesson '77'."),
        ("check 77", "There is no lesson '77'.\nLessons are: 00-greeting, 01-farewell"),
        ("start 77", "There is no lesson '77'."),
        ("check 00 --path nowhere", "There is no folder nowhere."),
        ("check 00 --path file", "file is a file where the project's folder should be."),
        ("check 00 --path empty", "holds no app/ folder"),
        ("check --path project", "project has no progress that would say which lesson to check."),
        ("check --path project", "checker check 01 --path project"),
        ("hint --path project", "project is a project, but no workspace"),
        ("start --path file", "file is a file where the project's folder should be."),
        ("start --path file/deeper", "file is a file where a folder should be."),
        ("start --path other", "other is not empty, and what is in it is no project."),
        ("start --path /sys/my-posts", "/sys/my-posts"),
        ("list --path file", "file is a file where the project's folder should be."),
        ("dev compose 00 --to other", "other is there already"),
        ("dev compose 00 --to file", "file is there already"),
        ("dev compose 77 --to new", "There is no lesson '77'."),
        ("dev build 77", "There is no lesson '77'."),
        ("check --format yaml", "See: checker check --help"),
        ("check --deadline 0", "See: checker check --help"),
        ("check --seed x", "See: checker check --help"),
        ("catch-up", "See: checker catch-up --help"),
        ("dance", "No such command 'dance'."),
        ("chek", "Did you mean 'check'?"),
        ("rset", "No such command 'rset'.\n"),
        ("catchup", "No such command 'catchup'.\n"),
        ("05", "To grade that: checker check 05"),
        ("help dance", "No such command 'dance'."),
        ("--dance", "See: checker --help"),
    ],
)
def test_is_one_sentence_and_the_next_step(run, args, said):
    ended = run(*args.split())

    assert ended.code == 2
    assert said in ended.err
    assert len(ended.err.splitlines()) == 2
    assert ended.out == ""


def test_leaves_what_is_there(run, here):
    before = sorted(here.rglob("*"))

    for args in ("start --path file", "start --path other", "dev compose 00 --to other"):
        run(*args.split())

    assert sorted(here.rglob("*")) == before


def test_a_curriculum_that_is_none(run, here, monkeypatch):
    monkeypatch.setenv("CHECKER_CURRICULUM", str(here / "empty"))

    ended = run("list")

    assert ended.code == 2
    assert "No lessons found" in ended.err
