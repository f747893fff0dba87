"""Text from the learner's code, made safe to print."""

import unicodedata


def printable(text: str, most: int = 1_000, lines: int = 20) -> str:
    """The beginning of `text`, without what could steer a terminal or break XML.

    At most `most` characters and `lines` lines. Line ends and tabs stay, but for those at the end;
    control characters, lone surrogates, direction marks and Unicode's own line ends become �.
    """
    text = text.replace("\r\n", "\n").rstrip()
    kept = "\n".join(text.split("\n", lines)[:lines])[:most]
    if len(kept) < len(text):
        text = f"{kept.rstrip()} …"
    return "".join(
        char if char in "\n\t" or unicodedata.category(char) not in _UNSAFE else "\ufffd"
        for char in text
    )


_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Cn", "Co", "Zl", "Zp"})
