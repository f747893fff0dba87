"""Where the submission defines what it offers: from its source, and from what it says itself."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from checker.judge.evidence import Definitions, Probe, Project, Source
from checker.judge.evidence.definitions import PROBES
from checker.judge.unmet import Unmet
from checker.subject import Snapshot, Subject

SAMPLE = Path(__file__).parent / "defined"


@pytest.fixture
def source():
    return Source(SAMPLE)


@pytest.fixture(scope="module")
def definitions():
    snapshot = Snapshot(SAMPLE)
    with Subject(["sqlalchemy"]) as subject:
        project = Project(subject, snapshot, {}, deadline=20.0)
        yield Definitions(Source(SAMPLE), Probe(project, PROBES, {}))
    snapshot.close()


@pytest.mark.parametrize(
    ("name", "resolved"),
    [
        ("app.models.Base", "app.models.parts.base.Base"),
        ("app.models.User", "app.models.parts.blog._Account"),
        ("app.models.Post", "app.models.parts.blog.Post"),
        ("app.columns.text", "sqlalchemy.Column"),
        ("app.models.Absent", "app.models.Absent"),
        ("json.dumps", "json.dumps"),
    ],
)
def test_a_name_is_followed_to_where_it_is_defined(source, name, resolved):
    assert source.resolve(name) == resolved


def test_a_call_is_known_by_what_an_alias_stands_for(source):
    module = source.module("app/models/parts/blog.py")
    assert [call.lineno for call in module.calls("mapped_column")] == [12]
    assert [call.lineno for call in module.calls("sqlalchemy.String")] == [12]
    assert [call.lineno for call in source.calls(module, "Column")] == [21]
    assert module.calls("mc") == []


def test_a_package_is_its_files_and_a_single_file_is_one(source):
    assert [module.name for module in source.package("app.models")] == [
        "app.models",
        "app.models.parts",
        "app.models.parts.base",
        "app.models.parts.blog",
    ]
    assert [module.file for module in source.package("app.columns")] == ["app/columns.py"]


def test_what_a_package_imports_is_reached(source):
    reached = {module.name for module in source.reached("app.services")}
    assert {"app.models.parts.base", "app.columns"} < reached
    assert {module.name for module in source.reached("app.services", but=["app.models"])} == {
        "app.services",
        "app.services.posts",
    }


def test_a_class_is_found_with_those_that_it_inherits_from(definitions, source):
    for found in (definitions("app.models.User"), source.definition("app.models.User")):
        assert found.at.file == "app/models/parts/blog.py"
        assert [each.name for each in found.lineage] == [
            "app.models.parts.blog._Account",
            "app.models.parts.base.Base",
        ]
        assert {name: module.file for name, (module, _) in found.methods.items()} == {
            "__repr__": "app/models/parts/base.py",
            "save": "app/models/parts/blog.py",
        }


@pytest.mark.parametrize(
    ("name", "line"),
    [("newest", 6), ("oldest", 14), ("Post", 20), ("Pretender", 18)],
)
def test_what_a_decorator_or_a_partial_wraps_is_found(definitions, name, line):
    assert definitions(f"app.services.posts.{name}").at.line == line


def test_a_value_is_where_it_is_assigned(definitions):
    assert definitions("app.models.parts.blog.LIMIT").at.line == 24
    assert definitions("app.models.parts.blog.LIMIT").lineage == ()


def test_a_class_made_by_a_call_is_where_it_is_made(definitions):
    found = definitions("app.models.parts.blog.Tag")
    assert found.at.file == "app/models/parts/blog.py"


def test_a_name_that_is_missing_is_compared_with_those_that_are_there(definitions):
    with pytest.raises(Unmet, match=r"There is no app\.models\.Pots, but there is Post: a typing"):
        definitions("app.models.Pots")


def test_a_module_that_is_missing_is_said(definitions):
    with pytest.raises(Unmet, match=r"There is no app\.column, but there is columns"):
        definitions("app.column.text")
    with pytest.raises(Unmet, match="ModuleNotFoundError while importing apps"):
        definitions("apps.Thing")


def test_a_claim_that_the_source_does_not_bear_out_is_none(tmp_path):
    (tmp_path / "outside.py").write_text("class User: ...\n", encoding="utf-8")
    for file in ("app/columns.py", "../outside.py", str(tmp_path / "outside.py"), "app"):
        claim = {"name": "app.models.User", "file": file, "line": 1}
        said = {"places": [claim], "module": "app.models", "missing": "", "offers": []}
        probe = SimpleNamespace(shared=lambda *_, said=said, **__: said)
        found = Definitions(Source(SAMPLE), probe)("app.models.User")
        assert found.at.file == "app/models/parts/blog.py"
        assert found.lineage == ()


@pytest.mark.parametrize("said", [None, [], {}, {"places": 7}, {"places": [None]}])
def test_a_claim_of_any_other_shape_is_a_failure(said):
    probe = SimpleNamespace(shared=lambda *_, **__: said)
    with pytest.raises(Unmet, match=r"app\.models\.User does not say where"):
        Definitions(Source(SAMPLE), probe)("app.models.User")
