def word():
    from app.talking import word

    return word()
