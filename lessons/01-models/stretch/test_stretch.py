"""A rule of the database's own: no title is blank."""

from checker.judge import check, expect, tried
from checker.judge.evidence import Database, Probe, Refused

DAY = "2031-01-01 00:00:00.000000"
RULE = 'CheckConstraint("length(trim(title)) > 0", name="title_not_blank") in __table_args__.'


@check(
    title="The database itself refuses a post without a title",
    why="An import that never meets your Python leaves a page of links that nobody can click on.",
    read="Stretch: a title that says something",
    stretch=True,
)
def test_blank_title(probe: Probe, database: Database):
    probe("create_all", doing="creating the tables")
    with database.inspect() as inspector:
        constraints = inspector.get_check_constraints("posts")
    names = [each["name"] for each in constraints if "title" in each["sqltext"]]
    tried(names != [])
    for name in names:
        expect(
            name is not None and name.lower().count("ck_") < 2,
            seen=f"The check constraint is called {name}.",
            wanted='name="title_not_blank": the rule for ck in your naming convention puts its own'
            " words around the name that you give.",
            why="A later migration has to call the constraint by this name.",
        )
    person = {"id": 7, "email": "ada@example.com", "name": "Ada", "hashed_password": "x"}
    database.insert("users", **person, created_at=DAY)
    for id_, title in enumerate(("A", "  A title between blanks  ", "0"), 20):
        expect(
            not _refused(database, id_, title),
            seen=f"The database refused a post with the title {title!r}.",
            wanted=f"Only a title of nothing but blanks is refused: {RULE}",
            why="A rule that is too strict turns away what your users may do.",
        )
    expect(
        not _refused(database, 23, "No content", content=""),
        seen="The database refused a post without content.",
        wanted="A rule on the title alone. A content may be empty, as far as the table knows.",
        why="A rule that is too strict turns away what your users may do.",
    )
    for id_, title in enumerate(("", " ", "   "), 24):
        expect(
            _refused(database, id_, title),
            seen=f"The database took a post with the title {title!r}.",
            wanted=f"Blanks are no title: {RULE}",
        )
    try:
        database.execute("UPDATE posts SET title = '  ' WHERE id = 20")
        changed = True
    except Refused:
        changed = False
    expect(
        not changed,
        seen="The database let a title be changed to blanks.",
        wanted=f"The rule holds for a change as for a new row: {RULE}",
    )


def _refused(database: Database, id_: int, title: str, content: str = "Text") -> bool:
    row = {"title": title, "content": content, "published": False, "user_id": 7}
    try:
        database.insert("posts", id=id_, **row, created_at=DAY)
    except Refused:
        return True
    return False
