"""What every repository does on a real database, and what it leaves to its caller."""

from checker.judge import check, expect
from checker.judge.evidence import Database, Probe
from kit.answers import compare, in_any_order, words
from kit.rows import insert, moment, post, two_of_each, user


@check(
    title="app.repositories offers what the service needs",
    items=["architecture.repository"],
    why="Services import from this place, and from nowhere below it.",
    read="One place for queries",
    errata=["E01"],
)
def test_importable(probe: Probe):
    offered = probe("offered", doing="importing app.repositories", expects=dict)["found"]
    wanted = ("BaseRepository", "PostRepository", "UserRepository")
    missing = [name for name in wanted if name not in (offered or ())]
    expect(
        not missing,
        seen=f"There is no {', no '.join(missing)}.",
        wanted="The three repositories in app.repositories.",
    )


@check(
    title="Both repositories share one base",
    items=["structure.base-repository"],
    why="What is written once is right everywhere, and so is what is added to it next year.",
    read="What every repository can do",
    needs=["04.importable"],
)
def test_shared_base(probe: Probe):
    apart = probe("offered", doing="importing app.repositories", expects=dict)["apart"] or []
    verb = "do" if len(apart) > 1 else "does"
    expect(
        apart == [],
        seen=f"{' and '.join(map(str, apart))} {verb} not inherit from BaseRepository.",
        wanted="class PostRepository(BaseRepository[Post])",
    )


@check(
    title="What is created can be read, and what is not there is None",
    items=["architecture.repository", "structure.base-repository"],
    why="Every rule of the service rests on these two.",
    read="What every repository can do",
    needs=["04.importable"],
)
def test_round_trip(probe: Probe, migrated: Database, rng):
    number = rng.randrange(10**6)
    title, email = f"Title {number}", f"ada{number}@example.com"
    found = probe(
        "round_trip",
        doing="creating two users and a post, and reading them",
        expects=dict,
        email=email,
        title=title,
    )
    ids = found["ids"] if isinstance(found["ids"], list) else []
    expect(
        len(ids) == 3 and all(type(each) is int for each in ids) and bool(found["created"]),
        seen=f"After create(…) two users and a post have the ids {ids}.",
        wanted="An id for each, at once: `await self.session.flush()` sends the INSERT.",
    )
    back = found["back"] if isinstance(found["back"], list) else []
    for got in back:
        expect(
            got is True,
            seen=f"create(entity) {words(got)}.",
            wanted="The same object, which has its id now.",
        )
    compare(
        found,
        [
            ("mine", "count() in the session that has created a post", 1, ""),
            (
                "users",
                "get(…) of two users, in another session after the commit,",
                ["Ada", "Bob"],
                "Each id has its own row.",
            ),
            ("post", "get(…) of the post, in another session after the commit,", title, ""),
            (
                "no post",
                "PostRepository.get(…) of an id that is not there",
                None,
                "Whether that is an error is for the service to say.",
            ),
            ("no user", "UserRepository.get(…) of an id that is not there", None, ""),
        ],
    )
    stored = migrated.query("SELECT title, name FROM posts JOIN users ON users.id = user_id")
    expect(
        stored == [{"title": title, "name": "Bob"}],
        seen=f"After create(…) and the caller's commit posts and authors are {stored}.",
        wanted=f"One post, {title!r}, by Bob.",
    )


@check(
    title="list, count and exists take rows that meet all conditions",
    items=["structure.base-repository"],
    why="Written once here, they need not be written again for each question.",
    read="What every repository can do",
    needs=["04.importable"],
)
def test_conditions(probe: Probe, migrated: Database, rng):
    title, name = f"Title {rng.randrange(10**6)}", f"Name {rng.randrange(10**6)}"
    asked = {"person": name, "title": title}
    doing = "listing, counting and asking with none, one and two conditions"
    empty = probe("conditions", doing=f"{doing}, in empty tables", expects=dict, **asked)
    for case in ("posts", "users"):
        compare(
            empty,
            [
                (f"{case} count ", f"count() of no {case}", 0, ""),
                (f"{case} exists ", f"exists() of no {case}", False, ""),
                (f"{case} list ", f"list(page) of no {case}", [], ""),
                (f"{case} exists both", f"exists(…, …) of no {case}", False, ""),
            ],
        )
    first = rng.randrange(1000, 9000)
    insert(
        migrated,
        "users",
        [
            user(first, "One", name=name, hashed_password="y"),
            user(first + 1, "Two"),
            user(first + 2, "Three"),
        ],
    )
    insert(
        migrated,
        "posts",
        [
            post(first, title, first),
            post(first + 1, "Second", first, published=True),
            post(first + 2, "Third", first + 1, published=True),
        ],
    )
    found = probe("conditions", doing=doing, expects=dict, **asked)
    in_any_order(found, *(name for name in found if " list " in name))
    sets = {
        "posts": ("Post.published.is_(True)", "Post.title == …", [0, 1, 2], [1, 2], [0]),
        "users": ("User.name == …", "User.hashed_password == …", [0, 1, 2], [0], [1, 2]),
    }
    for case, (one, two, every, first_set, other_set) in sets.items():
        for said, where, rows in (
            ("", "", every),
            ("one", one, first_set),
            ("other", two, other_set),
            ("both", f"{one}, {two}", []),
        ):
            told = f"of three {case}, {len(rows)} of which {'meet them' if ',' in where else 'do'}"
            listed = f"list(page, {where})" if where else "list(page)"
            all_of_them = "Only what meets all conditions, joined by AND." if where else ""
            compare(
                found,
                [
                    (f"{case} count {said}", f"count({where}) {told},", len(rows), all_of_them),
                    (
                        f"{case} exists {said}",
                        f"exists({where}) {told},",
                        bool(rows),
                        f"{bool(rows)}. {all_of_them}".strip(),
                    ),
                    (
                        f"{case} list {said}",
                        f"{listed} of three {case}, as ids,",
                        sorted(first + each for each in rows),
                        f"A list of the objects themselves. {all_of_them}".strip(),
                    ),
                ],
            )


@check(
    title="update sets what the dictionary names, whatever the value, and nothing else",
    items=["structure.base-repository"],
    why="A value that is false or empty is a value: a post must be able to leave the front page.",
    read="What every repository can do",
    needs=["04.importable"],
)
def test_update(probe: Probe, migrated: Database, rng):
    first = rng.randrange(1000, 9000)
    insert(migrated, "users", [user(first, "Ada"), user(first + 1, "Bob")])
    others = {"published": True, "updated_at": moment(11)}
    insert(
        migrated,
        "posts",
        [post(first, "Mine", first, **others), post(first + 1, "Other", first, **others)],
    )
    found = probe(
        "update", doing="updating a post and a user", expects=dict, post=first, user=first + 1
    )
    same = "The object that was given, changed."
    compare(
        found,
        [
            ("first", "update(post, {'content': 'Other'})", True, same),
            ("first is", "post.content after update(post, {'content': 'Other'})", "Other", ""),
            (
                "falsy",
                "update(post, {'content': '', 'published': False, 'updated_at': None})",
                True,
                same,
            ),
            ("nothing", "update(post, {})", True, f"{same} Nothing to change is no error."),
            ("user", "update(user, {'name': …})", True, same),
        ],
    )
    stored = migrated.query(
        "SELECT id, title, content, published, updated_at IS NULL AS new FROM posts ORDER BY id"
    )
    wanted = [
        {"id": first, "title": "Mine", "content": "", "published": 0, "new": 1},
        {"id": first + 1, "title": "Other", "content": "Text", "published": 1, "new": 0},
    ]
    for got, row in zip(stored, wanted, strict=False):
        for name, value in row.items():
            where = "the post that was updated" if row is wanted[0] else "another post"
            said = "updated_at IS NULL" if name == "new" else name
            expect(
                got[name] == value,
                seen=f"After update(…) and the commit, {said} of {where} is {got[name]!r}.",
                wanted=f"{value!r}: every name in the dictionary is set, also to False, '' and"
                " None, in that one row.",
            )
    names = [row["name"] for row in migrated.query("SELECT name FROM users ORDER BY id")]
    expect(
        names == ["Ada", "Changed"],
        seen=f"After update(…) of Bob and the commit the users' names are {names}.",
        wanted="['Ada', 'Changed']: that one row.",
    )


@check(
    title="delete removes that row, and a user's posts with the user",
    items=["structure.base-repository"],
    why="A row too many that goes is gone for good.",
    read="What every repository can do",
    needs=["04.importable"],
)
def test_delete(probe: Probe, migrated: Database, rng):
    first = two_of_each(migrated, rng)
    insert(migrated, "posts", [post(first + 2, "Also by Ada", first)])
    found = probe(
        "delete", doing="deleting a post and a user", expects=dict, post=first, user=first + 1
    )
    compare(
        found,
        [
            ("post", "get(…) of a post that was deleted", None, ""),
            ("user", "get(…) of a user that was deleted", None, ""),
        ],
    )
    posts = [row["title"] for row in migrated.query("SELECT title FROM posts")]
    names = [row["name"] for row in migrated.query("SELECT name FROM users")]
    expect(
        posts == ["Also by Ada"] and names == ["Ada"],
        seen=f"One of Ada's two posts and the user Bob were deleted; left are {posts} and {names}.",
        wanted="Ada's other post, and Ada.",
    )


@check(
    title="Repositories flush and never commit",
    items=["architecture.repository"],
    why="Two writes that belong together can only be undone together if nobody commits between.",
    read="Who commits",
    errata=["E07"],
    needs=["04.importable"],
)
def test_leaves_the_commit(probe: Probe, migrated: Database, rng):
    first = two_of_each(migrated, rng)
    ids = [first, first + 1]
    insert(migrated, "users", [user(first + 2, "Cleo")])
    sent = probe(
        "unfinished",
        doing="calling create, update and delete, each in a session that never commits",
        expects=dict,
        posts=ids,
        users=[first, first + 2],
    )
    titles = [row["title"] for row in migrated.query("SELECT title FROM posts ORDER BY id")]
    names = [row["name"] for row in migrated.query("SELECT name FROM users ORDER BY id")]
    posts, users = "PostRepository", "UserRepository"
    for method, word, committed in (
        (f"{posts}.create", "INSERT", "New" in titles),
        (f"{users}.create", "INSERT", "New" in names),
        (f"{posts}.update", "UPDATE", "By Ada" not in titles),
        (f"{users}.update", "UPDATE", "Ada" not in names),
        (f"{posts}.delete", "DELETE", "By Bob" not in titles),
        (f"{users}.delete", "DELETE", "Cleo" not in names),
    ):
        expect(
            not committed,
            seen=f"{method}(…) committed: its change is in the database though the caller never"
            " committed.",
            wanted="`await self.session.flush()`, and the commit left to the caller.",
        )
        model, _, verb = method.partition("Repository.")
        got = sent[f"{verb}_{model.lower()}"]
        expect(
            isinstance(got, list) and word in got,
            seen=f"{method}(…) is over, and {got or 'no statement'} was sent.",
            wanted=f"{word}, by `await self.session.flush()`: constraints are checked here, and"
            " not wherever the next query happens to be.",
        )


@check(
    title="What a constraint forbids is refused at once, and only that is undone",
    items=["architecture.repository"],
    why="The service has to hear of it while it knows what it was doing, and decides what to undo.",
    read="Who commits",
    needs=["04.importable"],
)
def test_refused(probe: Probe, migrated: Database, rng):
    first = two_of_each(migrated, rng)
    found = probe(
        "refused",
        doing="storing a title and an address for the second time",
        expects=dict[str, list],
        post=first,
        author=first,
        title="By Bob",
        email="bob@example.com",
    )
    for name, method, what in (
        ("post_twice", "PostRepository.create", "a post with a title that is taken"),
        ("user_twice", "UserRepository.create", "a user with an address that is taken"),
        ("retitle", "PostRepository.update", "a title that is taken"),
        ("readdress", "UserRepository.update", "an address that is taken"),
    ):
        raised, forbidden, left = (found[name][at] for at in range(3))
        expect(
            forbidden is True,
            seen=f"{method}(…) of {what} raises {raised or 'nothing'}.",
            wanted="The database's IntegrityError, passed on from `await self.session.flush()`.",
        )
        expect(
            left == 1,
            seen=f"{method}(…) of {what} raises {raised}, and what the caller had stored before is"
            " undone as well.",
            wanted="No rollback in a repository: the caller began the transaction, and may have a"
            " savepoint.",
        )
