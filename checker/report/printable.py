"""Text from the learner's code, made safe to print."""

import unicodedata


def printable(text: str, most: int = 1_000) -> str:
    """`text` in at most `most` characters, without what could steer a terminal or break XML.

    Line ends and tabs stay; control characters, lone surrogates and direction marks become �.
    """
    if len(text) > most:
        text = f"{text[:most].rstrip()} …"
    return "".join(
        char if char in "\n\t" or unicodedata.category(char) not in _UNSAFE else "\ufffd"
        for char in text
    )


_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Cn", "Co"})
