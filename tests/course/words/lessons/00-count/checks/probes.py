"""What the learner's tool is asked."""


def count(text):
    from words.count import count

    return count(text)
