"""What the learner's tool is asked."""

from kit import SENTENCE


def report():
    from words.report import report

    return report(SENTENCE[0])
