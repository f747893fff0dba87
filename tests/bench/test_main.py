"""The command: what it writes, and what it says to mistakes."""

import pytest

from bench import __main__ as command


def test_an_unknown_lesson_is_one_sentence_and_exit_code_2(capsys):
    assert command.main(["99"]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("There is no lesson '99'. Lessons are: 00-settings, ")
    assert told.err.count("\n") == 1


@pytest.mark.parametrize("rounds", ["0", "2", "-1", "many"])
def test_too_few_rounds_are_exit_code_2(rounds, capsys):
    with pytest.raises(SystemExit) as ended:
        command.main([f"--rounds={rounds}", "06"])
    assert ended.value.code == 2
    assert "at least 3 rounds" in capsys.readouterr().err


def test_nothing_measured_yet_is_exit_code_2(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(command, "FOLDER", tmp_path)
    assert command.main(["--render"]) == 2
    assert "make bench makes it" in capsys.readouterr().err


def test_results_are_written_as_json_table_and_plot(results, tmp_path, monkeypatch):
    monkeypatch.setattr(command, "FOLDER", tmp_path / "results")
    monkeypatch.setattr(command, "README", tmp_path / "README.md")
    readme = "before\n<!-- benchmark -->\nold\n<!-- /benchmark -->\nafter\n"
    command.README.write_text(readme)
    command.write(results)
    names = {path.name for path in command.FOLDER.iterdir()}
    assert names == {"benchmark.json", "benchmark.md", "benchmark.svg"}
    page = (command.FOLDER / "benchmark.md").read_text()
    assert command.README.read_text() == (
        f"before\n<!-- benchmark -->\n\n{page}\n<!-- /benchmark -->\nafter\n"
    )
    written = {path: path.read_bytes() for path in (*command.FOLDER.iterdir(), command.README)}
    assert command.main(["--render"]) == 0
    assert {path: path.read_bytes() for path in written} == written


def test_a_readme_without_a_place_for_the_table_stays(results, tmp_path, monkeypatch):
    monkeypatch.setattr(command, "FOLDER", tmp_path)
    monkeypatch.setattr(command, "README", tmp_path / "README.md")
    command.README.write_text("nothing\n")
    command.write(results)
    assert command.README.read_text() == "nothing\n"


def test_the_repositorys_own_results_are_as_the_json_says(tmp_path, monkeypatch):
    if not (command.FOLDER / "benchmark.json").exists():
        return
    kept = {path.name: path.read_bytes() for path in command.FOLDER.iterdir()}
    monkeypatch.setattr(command, "README", tmp_path / "README.md")
    (tmp_path / "README.md").write_text("")
    (tmp_path / "benchmark.json").write_bytes(kept["benchmark.json"])
    monkeypatch.setattr(command, "FOLDER", tmp_path)
    assert command.main(["--render"]) == 0
    assert (tmp_path / "benchmark.md").read_bytes() == kept["benchmark.md"]
