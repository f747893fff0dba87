"""What the reader thought, beside what is."""

import textwrap
from typing import Any

WIDTH = 78


def compare(prediction: Any, seen: Any) -> None:
    """Print both. A prediction of None is none yet."""
    if prediction is None:
        said = f"Seen: {seen}. What would you have said? Write it where None stands, and run again."
    elif prediction == seen:
        said = f"Seen: {seen}, as you predicted. Change something, and predict again."
    else:
        said = f"Seen: {seen}. You predicted {prediction}: what is it that you did not think of?"
    print(textwrap.fill(said, WIDTH))
