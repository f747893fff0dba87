from checker.judge import check, expect


@check(title="Nothing is above ten", items=["counting.bounds"], why="Because.", read="Somewhere")
def test_bounded(probe):
    expect(probe("bounded", number=11) == 10, seen="11 is not bounded.", wanted="10.")
    expect(probe("bounded", number=3) == 3, seen="3 is changed.", wanted="3.")


@check(title="The shape has a size", items=["counting.bounds"], why="Because.", read="Somewhere")
def test_shape(probe):
    known = {1: "one"}  # a check with a fault of its own: it breaks at any other size
    expect(known[probe("shape")["size"]] == "one", seen="Another size.", wanted="1.")
