"""What a process is made into before it does a request."""

import subprocess
import sys
from dataclasses import replace

from checker.subject.isolation import Grants, Network
from checker.subject.messages import Context

FORKED = """
import sys, tempfile
from checker.subject.child import prepare
from checker.subject.limits import Limits
from checker.subject.messages import Context

tempfile.tempdir = "/where/the/host/has/them"
prepare({context!r})
print(tempfile.gettempdir())
"""


def test_temporary_files_are_where_its_own_environment_says(tmp_path):
    output = tmp_path / "output"
    grants = Grants(home=tmp_path, tmp=tmp_path, output=output, network=Network.SHARED)
    limits = replace(grants.limits(10.0), memory=-1)
    context = Context(str(tmp_path), grants.environment(), str(output), limits, 10.0)
    script = FORKED.format(context=context)
    subprocess.run([sys.executable, "-c", script], check=True)
    assert output.read_text() == f"{tmp_path}\n"
