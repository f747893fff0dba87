"""A Dockerfile is read as Docker would read it, whatever its style."""

import pytest

from checker.judge import Unmet
from checker.judge.evidence import Source
from kit.image import Image

FROM = "FROM python:3.13-slim\n"
SERVES = '["uvicorn", "app.main:app"]'
SCRIPT = "#!/bin/sh\nset -e\nexport A=1\n"


def image(folder, dockerfile, **files):
    for name, text in {"Dockerfile": dockerfile, **files}.items():
        (folder / name.replace("_", ".")).write_text(text)
    return Image(Source(folder))


@pytest.mark.parametrize(
    "ending",
    [
        f"CMD {SERVES}",
        "CMD exec uvicorn app.main:app",
        "CMD cd /srv && exec uvicorn app.main:app",
        'CMD ["sh", "-c", "exec uvicorn app.main:app"]',
        f'ENTRYPOINT ["tini", "-g", "--"]\nCMD {SERVES}',
        (
            'ENTRYPOINT ["/usr/bin/dumb-init", "--", "python3.13", "-m", "uvicorn"]\n'
            'CMD ["app.main:app"]'
        ),
        'ENTRYPOINT ["/opt/venv/bin/uvicorn"]\nCMD ["app.main:app"]',
        f'ENTRYPOINT ["./start.sh"]\nCMD {SERVES}',
        f'ENTRYPOINT ["sh", "/srv/start.sh"]\nCMD {SERVES}',
        f"CMD nothing\nCMD {SERVES}",
    ],
)
def test_commands_that_end_in_a_server(tmp_path, ending):
    found = image(tmp_path, f"{FROM}{ending}\n", start_sh=f'{SCRIPT}exec "$@"\n').command
    assert (found.server, found.arguments) == ("uvicorn", ("app.main:app",))


@pytest.mark.parametrize(
    ("ending", "seen"),
    [
        ("CMD uvicorn app.main:app", "by a shell"),
        ('CMD ["sh", "-c", "uvicorn app.main:app"]', "by a shell"),
        ('CMD ["uv", "run", "uvicorn", "app.main:app"]', "uv stands between"),
        ('CMD ["python", "app/main.py"]', "python app/main.py"),
        (f'ENTRYPOINT ["./start.sh"]\nCMD {SERVES}', "the shell stays"),
        ("", "neither CMD nor ENTRYPOINT"),
    ],
)
def test_commands_whose_signals_are_lost(tmp_path, ending, seen):
    with pytest.raises(Unmet) as failure:
        _ = image(tmp_path, f"{FROM}{ending}\n", start_sh=f'{SCRIPT}"$@"\n').command
    assert seen in failure.value.seen


def test_variables_of_the_image_are_replaced(tmp_path):
    ending = 'ENV PORT=80 HOST="0.0.0.0"\nCMD exec uvicorn app.main:app'
    ending += " --port ${PORT:-1} --host $HOST"
    found = image(tmp_path, f"{FROM}{ending} --workers ${{N:-2}}\n").command
    assert found.arguments[1:] == ("--port", "80", "--host", "0.0.0.0", "--workers", "2")


def test_options_are_found_and_left_out_in_each_form(tmp_path):
    ending = 'CMD ["gunicorn", "-b", ":80", "--bind=:81", "-w", "2", "-k", "asgi", "app.main:app"]'
    found = image(tmp_path, f"{FROM}{ending}\n").command
    assert found.option("-b", "--bind") == ":81"
    assert found.without("-b", "--bind") == ["-w", "2", "-k", "asgi", "app.main:app"]


def test_the_last_stage_has_what_its_base_has(tmp_path):
    text = f"ARG V=3.13\nFROM python:${{V}} AS base\nUSER app\nFROM base\nCMD {SERVES}\n"
    found = image(tmp_path, text)
    assert [stage.base for stage in found.bases] == ["python:3.13"]
    assert found.last("USER").value == "app"


@pytest.mark.parametrize(
    ("script", "runs"),
    [
        ("alembic upgrade head", [("alembic", "upgrade", "head")]),
        (
            "python -m app.prestart && alembic check",
            [("python", "-m", "app.prestart"), ("alembic", "check")],
        ),
        ('if [ "$1" = migrate ]; then\n  alembic upgrade head\nfi', []),
        ('case "$1" in\n  migrate) exec alembic upgrade head;;\nesac', []),
        ('[ -n "$MIGRATE" ] && alembic upgrade head', []),
        ("migrate() {\n  alembic upgrade head\n}", []),
        ("for each in a b; do\n  echo $each\ndone\n# alembic upgrade head", []),
    ],
)
def test_what_a_shell_runs_before_in_any_case(tmp_path, script, runs):
    ending = f'ENTRYPOINT ["./start.sh"]\nCMD {SERVES}\n'
    found = image(tmp_path, f"{FROM}{ending}", start_sh=f'#!/bin/sh\n{script}\nexec "$@"\n').command
    assert list(found.before) == [*runs, ("exec", "$@")]


def test_what_a_shells_command_runs_before(tmp_path):
    found = image(tmp_path, f'{FROM}CMD ["sh", "-c", "a b && exec uvicorn app.main:app"]\n').command
    assert found.before[0] == ("a", "b")
