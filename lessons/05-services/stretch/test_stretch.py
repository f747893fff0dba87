"""All posts of a user are handed over: by one statement, whole or not at all."""

from typing import Any

from checker.judge import check, expect, tried
from checker.judge.evidence import Database, Probe
from kit.rows import insert, post, user

ONE = "update(Post).where(Post.user_id == user_id).values(user_id=to), in PostRepository."


@check(
    title="All posts of a user are handed over by one statement, or none of them",
    why="Row by row it takes as long as there are posts, and misses those that come meanwhile.",
    read="Stretch: hand the posts over",
    stretch=True,
)
def test_hand_over(probe: Probe, migrated: Database, rng):
    tried(probe("offered", doing="importing app.services"))
    ada, bob, eve = rng.sample(range(1000, 9000), 3)
    many = rng.randrange(5, 9)
    insert(migrated, "users", [user(ada, "Ada"), user(bob, "Bob"), user(eve, "Eve")])
    owners = {10_000 + at: ada for at in range(many)} | {20_000: bob, 30_000: eve}
    insert(migrated, "posts", [post(id_, f"Title {id_}", who) for id_, who in owners.items()])
    nobody = 9_999
    for giver, to, whose in ((ada, nobody, "new author"), (nobody, bob, "former author")):
        answer = _hand_over(probe, giver, to)
        expect(
            answer["raised"] == "NotFoundError",
            seen=f"hand_over({giver}, {to}), where the {whose} is not there, {_end(answer)}.",
            wanted="NotFoundError: ask the repository of users for both.",
        )
        _unchanged(migrated, owners, f"After hand_over({giver}, {to}), which found no {whose},")
    answer, called = _hand_over(probe, ada, bob), f"hand_over({ada}, {bob})"
    expect(
        answer["raised"] is None and answer["gave"] == many,
        seen=f"{called}, with {many} posts to hand over, {_end(answer)}.",
        wanted=f"{many}, how many they were.",
    )
    owners |= {id_: bob for id_, who in owners.items() if who == ada}
    _unchanged(migrated, owners, f"After {called}")
    changed = migrated.query("SELECT id FROM posts WHERE updated_at IS NOT NULL ORDER BY id")
    expect(
        [row["id"] for row in changed] == [10_000 + at for at in range(many)],
        seen=f"After {called}, of {many} posts, updated_at is set for {len(changed)} posts.",
        wanted=f"It is set for those that changed hands, and no others: {ONE}",
    )
    expect(
        answer["sent"] == 1,
        seen=f"{called}, with {many} posts, sends {answer['sent']} UPDATEs.",
        wanted=f"One: {ONE}",
    )
    expect(
        answer["known"] == bob,
        seen=f"A post that the session knew has user_id {answer['known']} after {called}.",
        wanted=f"{bob}: the session is told of the rows that an UPDATE changes, unless"
        " synchronize_session=False.",
    )
    answer = _hand_over(probe, bob, eve, vanishes=True)
    expect(
        answer["raised"] == "NotFoundError",
        seen="With the new author deleted just before the UPDATE, over another connection,"
        f" hand_over {_end(answer)}.",
        wanted="NotFoundError from the IntegrityError where is_orphan(error), after a rollback.",
    )
    del owners[30_000]  # Eve's own, which went with her
    _unchanged(migrated, owners, "After a hand_over whose new author was deleted meanwhile")


def _hand_over(probe: Probe, user_id: int, to: int, **more: Any) -> dict[str, Any]:
    doing = "calling PostService(session).hand_over(user_id, to)"
    answer: dict[str, Any] = probe("hand_over", doing=doing, user_id=user_id, to=to, **more)
    return answer


def _end(answer: dict[str, Any]) -> str:
    return f"raises {answer['raised']}" if answer["raised"] else f"gives {answer['gave']!r}"


def _unchanged(database: Database, owners: dict[int, int], when: str) -> None:
    """Every post is whose it should be."""
    rows = database.query("SELECT id, user_id FROM posts ORDER BY id")
    wrong = [row for row in rows if owners.get(row["id"]) != row["user_id"]]
    told = f"{len(wrong)} of {len(rows)} posts are another user's than they should be"
    expect(
        not wrong and len(rows) == len(owners),
        seen=f"{when} {told if wrong else f'there are {len(rows)} posts'}.",
        wanted="All posts of the one user are the other's, committed; everybody else's stay.",
    )
