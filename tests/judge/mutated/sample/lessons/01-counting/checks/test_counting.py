from checker.judge import check, expect


def sample(title):
    return check(title=title, items=["counting.bounds"], why="Because.", read="Somewhere")


@sample("Nothing is above ten")
def test_bounded(probe):
    expect(probe("bounded", number=11) == 10, seen="11 is not bounded.", wanted="10.")
    expect(probe("bounded", number=3) == 3, seen="3 is changed.", wanted="3.")


@sample("The shape has a size")
def test_shape(probe):
    known = {1: "one"}  # a check with a fault of its own: it breaks at any other size
    expect(known[probe("shape")["size"]] == "one", seen="Another size.", wanted="1.")
