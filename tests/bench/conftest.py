import pytest

from bench.results import LessonResult, Results


def lesson(name, checks, factor, **more):
    seconds = {
        "floor": (1.0, 1.1, 0.9),
        "warm": (1.2, 1.3, 1.1),
        "one_file": (1.5, 1.6, 1.4),
        "first_verdict": (0.3, 0.4, 0.2),
        "failing": (),
        "pytest": (12.0, 12.5, 11.5),
        "check": (6.0, 6.5, 5.5),
    }
    samples = {side: tuple(factor * each for each in found) for side, found in seconds.items()}
    return LessonResult(lesson=name, checks=checks, samples=samples, memory=more)


@pytest.fixture
def results():
    return Results(
        date="2030-01-02",
        machine="2 cores of a processor, Linux 6",
        python="3.12.1",
        lessons=(
            lesson("01-models", 18, 0.1, floor=100_000_000, warm=250_000_000),
            lesson("06-routes", 31, 1.0, floor=120_000_000, warm=300_000_000),
        ),
    )
