def bounded(number):
    from app.counting import bounded

    return bounded(number)


def shape():
    from app.counting import shape

    return shape()
