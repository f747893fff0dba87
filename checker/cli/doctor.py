"""`checker doctor`: is everything in place?"""

import typer

from checker.cli.parameters import ProjectPath


def doctor(path: ProjectPath = None) -> None:
    """Look for what could keep the checker from working."""
    from checker.cli.console import console
    from checker.cli.diagnosis import State, diagnose
    from checker.cli.endings import FAILED, PASSED
    from checker.cli.lookup import find
    from checker.curriculum.library import ROOT

    styles = {State.OK: "green", State.WARNING: "yellow", State.PROBLEM: "bold red"}
    findings = diagnose(find(path), ROOT / "requirements.lock")
    terminal = console()
    for finding in findings:
        terminal.print(f"{finding.state:<8}", style=styles[finding.state], end="")
        terminal.print(f" {finding.what}", soft_wrap=True)
        if finding.next_step:
            terminal.print(f"         → {finding.next_step}", soft_wrap=True)
    problem = any(finding.state is State.PROBLEM for finding in findings)
    raise typer.Exit(FAILED if problem else PASSED)
