"""A pool with no connection left, inside the serving process."""


def use_up(app, message):
    """Let every pool raise from now on what SQLAlchemy raises when all is in use."""
    from sqlalchemy import event, exc
    from sqlalchemy.pool import Pool

    def checkout(connection, record, proxy):
        raise exc.TimeoutError(message)

    app.state.checkout = checkout
    event.listen(Pool, "checkout", checkout)
    return True


def give_back(app):
    """Let connections be had again."""
    from sqlalchemy import event
    from sqlalchemy.pool import Pool

    event.remove(Pool, "checkout", app.state.checkout)
    return True
