from checker.judge import check, expect


@check(title="It says hello", items=["counting.words"], why="Because.", read="Somewhere")
def test_word(probe):
    expect(probe("word") == "hello", seen="Another word.", wanted="hello.")
