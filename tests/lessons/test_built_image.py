"""The reference's image, built and started by a Docker engine: `pytest -m docker`."""

import json
import shutil
import subprocess
import uuid

import pytest

from checker.curriculum.composition import solved, write

from .conftest import CURRICULUM

pytestmark = pytest.mark.docker


def docker(*argv, check=True):
    done = subprocess.run(["docker", *argv], capture_output=True, text=True, check=False)
    assert done.returncode == 0 or not check, done.stderr
    return done


@pytest.fixture
def image(tmp_path):
    if shutil.which("docker") is None or docker("version", check=False).returncode != 0:
        pytest.skip("no Docker engine answers on this machine")
    name = f"posts-{uuid.uuid4().hex[:12]}"
    write(solved(CURRICULUM, CURRICULUM.lesson("14")), tmp_path / "project")
    docker("build", "--tag", name, str(tmp_path / "project"))
    yield name
    docker("rmi", "--force", name)


def test_the_image_runs_without_rights_and_stops_in_time(image):
    [described] = json.loads(docker("image", "inspect", image).stdout)
    assert described["Config"]["User"] == "10001"
    container = docker("run", "--detach", "--env", f"SECRET_KEY={'x' * 40}", image).stdout.strip()
    try:
        probe = "import urllib.request as r; r.urlopen('http://127.0.0.1:8000/health/live')"
        for _ in range(60):
            asked = docker("exec", container, "python", "-c", probe, check=False)
            if asked.returncode == 0:
                break
        assert asked.returncode == 0, docker("logs", container).stdout
        docker("stop", container)
        [state] = json.loads(docker("inspect", container).stdout)
        assert state["State"]["ExitCode"] in (0, 143)  # 137 is that of a kill
    finally:
        docker("rm", "--force", container)
