"""What a user did wrong, as against what we did wrong.

A `UserError` is printed as one sentence and a next step and ends with exit code 2. Any other
exception that reaches the command line is the checker's own fault: a traceback and exit code 3.
"""


class UserError(Exception):
    """A mistake that the person at the keyboard can mend.

    `sentence` says what is wrong, `next_step` what to do about it.
    """

    def __init__(self, sentence: str, next_step: str) -> None:
        super().__init__(f"{sentence} {next_step}")
        self.sentence = sentence
        self.next_step = next_step
