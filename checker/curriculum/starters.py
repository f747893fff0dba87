"""Generates a lesson's starter from its solution."""

import shutil
from collections.abc import Sequence

import libcst as cst

from checker.curriculum.composition import base, overlay, solution
from checker.curriculum.lesson import Blank, Lesson, StarterFile
from checker.curriculum.library import Curriculum, CurriculumError


def generate(curriculum: Curriculum, lesson: Lesson) -> dict[str, bytes]:
    """The starter's files: what the solution adds, with the named bodies blanked.

    Raises CurriculumError where `lesson.toml` names what the solution does not have.
    """
    inherited = base(curriculum, lesson)
    added = {name: file for name, file in solution(lesson).items() if name not in inherited}
    rules = {rule.file: rule for rule in lesson.starter}
    where = f"{lesson.id}/lesson.toml"
    for name in rules:
        if name not in added:
            raise CurriculumError(
                f"{where}: starter: the solution adds no file {name}.", "Correct the name."
            )
    files: dict[str, bytes] = {}
    for name, file in added.items():
        rule = rules.get(name, StarterFile(file=name))
        if rule.omit or name in lesson.handwritten:
            continue
        files[name] = file.read_bytes()
        if rule.blank:
            try:
                files[name] = blanked(files[name].decode(), rule.blank, where).encode()
            except (UnicodeDecodeError, cst.ParserSyntaxError) as error:
                raise CurriculumError(
                    f"solutions/{lesson.id}/{name}: not readable as Python.", "Correct it."
                ) from error
    return files


def build(curriculum: Curriculum, lesson: Lesson) -> list[str]:
    """Write `lessons/NN-…/starter/` anew and return the paths that changed. Handwritten files
    stay."""
    folder = lesson.folder / "starter"
    files = generate(curriculum, lesson)
    there = {name: path.read_bytes() for name, path in overlay(folder).items()}
    stale = there.keys() - files.keys() - set(lesson.handwritten)
    changed = {name for name, content in files.items() if there.get(name) != content}
    for name in stale:
        (folder / name).unlink()
    for name in changed:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(files[name])
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.name == "__pycache__":
            shutil.rmtree(path)
        elif path.is_dir() and not any(path.iterdir()):
            path.rmdir()
    return sorted(stale | changed)


def blanked(code: str, blanks: Sequence[Blank], where: str) -> str:
    """Python source with the named definitions blanked; all else is kept to the letter."""
    transformer = _Blanker({blank.name: blank for blank in blanks})
    result = cst.parse_module(code).visit(transformer)
    if missing := sorted(transformer.blanks.keys() - transformer.found):
        raise CurriculumError(
            f"{where}: starter: the solution has no {missing[0]}.", "Correct the name."
        )
    for name, kept in transformer.kept.items():
        if absent := sorted(set(transformer.blanks[name].keep) - kept):
            raise CurriculumError(
                f"{where}: starter: {name} has no {absent[0]} to keep.", "Correct the name."
            )
    return result.code


class _Blanker(cst.CSTTransformer):
    def __init__(self, blanks: dict[str, Blank]) -> None:
        self.blanks = blanks
        self.found: set[str] = set()
        self.kept: dict[str, set[str]] = {}
        self._path: list[str] = []

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        self._path.append(node.name.value)

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self._path.append(node.name.value)

    def leave_FunctionDef(
        self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef
    ) -> cst.FunctionDef:
        blank = self._leave()
        if blank is None:
            return updated_node
        docstring, _ = _split(updated_node.body)
        raising = cst.parse_statement(f'raise NotImplementedError("TODO {blank.task}")\n')
        return updated_node.with_changes(body=_block([*docstring, raising]))

    def leave_ClassDef(
        self, original_node: cst.ClassDef, updated_node: cst.ClassDef
    ) -> cst.ClassDef:
        blank = self._leave()
        if blank is None:
            return updated_node
        docstring, rest = _split(updated_node.body)
        kept = [
            (statement, names & set(blank.keep))
            for statement in rest
            if (names := _names(statement))
        ]
        staying = [statement for statement, names in kept if names]
        self.kept[blank.name] = set().union(*(names for _, names in kept)) if kept else set()
        todo = cst.EmptyLine(comment=cst.Comment(f"# TODO {blank.task}"))
        body = [*(docstring if blank.docstring else []), *staying]
        if body:
            body[0] = body[0].with_changes(leading_lines=[])
        else:
            body = [cst.parse_statement("pass\n")]
        gap = [cst.EmptyLine(indent=False), todo]
        return updated_node.with_changes(body=_block(body, footer=gap))

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine:
        named = () if self._path else _names(updated_node) & self.blanks.keys()
        if not named:
            return updated_node
        self.found |= named
        [statement] = updated_node.body
        todo = cst.TrailingWhitespace(
            whitespace=cst.SimpleWhitespace("  "),
            comment=cst.Comment(f"# TODO {self.blanks[min(named)].task}"),
        )
        return updated_node.with_changes(
            body=[statement.with_changes(value=cst.Ellipsis())], trailing_whitespace=todo
        )

    def _leave(self) -> Blank | None:
        name = ".".join(self._path)
        self._path.pop()
        if name not in self.blanks:
            return None
        self.found.add(name)
        return self.blanks[name]


_Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement


def _split(body: cst.BaseSuite) -> tuple[list[_Statement], list[_Statement]]:
    """A body's docstring, and the rest of its statements."""
    if not isinstance(body, cst.IndentedBlock):
        return [], []
    statements: list[_Statement] = [
        statement
        for statement in body.body
        if isinstance(statement, cst.SimpleStatementLine | cst.BaseCompoundStatement)
    ]
    match statements:
        case [cst.SimpleStatementLine(body=[cst.Expr(value=cst.SimpleString())]), *_]:
            return statements[:1], statements[1:]
    return [], statements


def _names(statement: _Statement) -> set[str]:
    """What a statement of a class body, or of a module, defines."""
    match statement:
        case cst.FunctionDef() | cst.ClassDef():
            return {statement.name.value}
        case cst.SimpleStatementLine(body=[cst.AnnAssign(target=cst.Name(value=name)), *_]):
            return {name}
        case cst.SimpleStatementLine(body=[cst.Assign(targets=targets), *_]):
            return {each.target.value for each in targets if isinstance(each.target, cst.Name)}
    return set()


def _block(body: Sequence[_Statement], footer: Sequence[cst.EmptyLine] = ()) -> cst.IndentedBlock:
    return cst.IndentedBlock(body=body, footer=footer)
