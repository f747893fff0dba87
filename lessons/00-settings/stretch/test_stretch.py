"""The settings of a process, told by `python -m app.config`."""

from checker.judge import check, expect, tried
from checker.judge.evidence import Command, Project, Source

NAMES = ("ENVIRONMENT", "DATABASE_URL", "SECRET_KEY", "LOG_LEVEL", "CORS_ORIGINS")


@check(
    title="`python -m app.config` tells the settings of a process, or what is wrong with them",
    why="Whoever is called at night asks first which settings this machine really has.",
    read="Stretch: settings that tell",
    stretch=True,
)
def test_told(source: Source, command: Command, project: Project, rng):
    runs = [*source.package("app.config"), *source.modules("app/config/__main__.py")]
    tried(any("__main__" in module.text or "__main__" in module.file for module in runs))
    secret = f"{rng.randrange(10**39):039}"
    level, database = rng.choice(["DEBUG", "ERROR"]), f"sqlite+aiosqlite:///./{secret[:9]}.db"
    project.remove(".env")
    project.env.clear()
    project.env |= {"SECRET_KEY": secret, "LOG_LEVEL": level, "DATABASE_URL": database}
    told = command.must("app.config", wanted="Each setting on a line, and exit code 0.")
    expect(
        secret not in told.output,
        seen="`python -m app.config` prints the secret.",
        wanted="settings.secret_key as it prints by itself, which is **********.",
        why="What is printed ends up in logs and in screenshots.",
    )
    lines = dict(line.split("=", 1) for line in told.output.splitlines() if "=" in line)
    for name in NAMES:
        expect(
            name in lines,
            seen=f"`python -m app.config` prints no line that begins with {name}=.",
            wanted=f"A line for each setting, its variable's name in capitals: {name}=…",
        )
    wanted = {"ENVIRONMENT": "development", "LOG_LEVEL": level, "DATABASE_URL": database}
    for name, value in wanted.items():
        expect(
            lines[name].strip() == value,
            seen=f"With {name}={value} `python -m app.config` prints {name}={lines[name]}"
            if name in project.env
            else f"Without {name} `python -m app.config` prints {name}={lines[name]}",
            wanted=f"{name}={value}: what Settings() has, wherever it comes from.",
        )
    for name, value, hidden in (
        ("LOG_LEVEL", "LOUD", secret),
        ("SECRET_KEY", secret[:20], secret[:20]),
        ("CORS_ORIGINS", "[", secret),
    ):
        project.env |= {"SECRET_KEY": secret, "LOG_LEVEL": level, "CORS_ORIGINS": "[]", name: value}
        refused = command("app.config")
        what = f"With a bad {name} `python -m app.config`"
        expect(
            refused.status != 0,
            seen=f"{what} ends with exit code 0.",
            wanted="Another: whoever starts it from a script asks for nothing else.",
        )
        expect(
            "Traceback" not in refused.output,
            seen=f"{what} ends in a traceback: {refused.last_line}",
            wanted="except ValidationError as error: sys.exit(…), with a sentence; for what is no"
            " JSON pydantic-settings raises a SettingsError.",
            why="What is wrong is in the settings, and no line of the code helps to find it.",
        )
        expect(
            name in refused.output.upper(),
            seen=f"{what} says: {refused.last_line}",
            wanted=f"A sentence that names {name}.",
            why="Whoever deploys has to know which variable to set.",
        )
        expect(
            hidden not in refused.output,
            seen=f"{what} prints the secret.",
            wanted="What is wrong, and no value: error.errors() has loc and msg for each.",
            why="What is printed ends up in logs and in screenshots.",
        )
