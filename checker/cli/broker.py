"""`checker broker`: a Kafka broker for the learner alone, in the foreground."""

import queue
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Callable

    from checker.cli.attended import Happened

_OFTEN = 0.5
"""Seconds between two looks whether it still runs."""


def broker(
    port: Annotated[
        int, typer.Option("--port", metavar="PORT", min=1, max=65535, help="Where it listens.")
    ] = 9092,
    apache: Annotated[
        bool, typer.Option("--apache", help="Apache Kafka itself: needs Java 17, and maven once.")
    ] = False,
) -> None:
    """Run a Kafka broker for your app, on this machine alone.

    Topics are made when they are first asked for. Ctrl-C ends it, and all that is in it is gone.
    """
    from checker.cli.attended import signals_to
    from checker.cli.endings import FAILED, PASSED
    from checker.cli.serving import loopback, refuse_taken

    refuse_taken(loopback("127.0.0.1", port), "broker")
    ended: Happened = queue.SimpleQueue()
    with signals_to(ended):
        alive = _apache(port, ended) if apache else _embedded(port, ended)
    if not alive:
        typer.echo("The broker ended by itself.", err=True)
    raise typer.Exit(PASSED if alive else FAILED)


def _embedded(port: int, ended: "Happened") -> bool:
    from checker.broker.cluster import Cluster, Library
    from checker.broker.handle import packages

    cluster = Cluster(Library(packages()), port)
    _say(port, "The embedded Kafka broker, librdkafka's mock cluster,")
    ended.get()
    cluster.close()
    return True


def _apache(port: int, ended: "Happened") -> bool:
    from checker.broker.apache import Apache
    from checker.broker.java import jars, jars_folder, java

    java()
    if not jars_folder().is_dir():
        typer.echo("Fetching the jars of Apache Kafka with maven, which is done once …")
        jars()
    with Apache(port) as kafka:
        if ended.empty():
            _say(port, "Apache Kafka")
        alive = _until(ended, lambda: kafka.is_running)
        kafka.close(gently=True)
    return alive


def _say(port: int, what: str) -> None:
    typer.echo(f"{what} is at 127.0.0.1:{port} (Ctrl-C ends it). For your app:")
    typer.echo(f"  export KAFKA_BOOTSTRAP_SERVERS=127.0.0.1:{port}")


def _until(ended: "Happened", runs: "Callable[[], bool]") -> bool:
    """Wait for the end: whether it still ran by then."""
    while True:
        try:
            ended.get(timeout=_OFTEN)
        except queue.Empty:
            if not runs():
                return False
        else:
            return True
