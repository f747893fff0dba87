from app.counting import WORD


def word() -> str:
    return WORD
