"""The kit's fixture."""

import pytest

from kit import SENTENCE


@pytest.fixture
def sentence():
    """A text, and how often each word is in it."""
    return SENTENCE
