"""The Apache Kafka of the tests, where there is a Java and the jars can be had."""

from checker.broker.java import ready
from checker.errors import UserError


def missing() -> str:
    """What keeps tests from starting one; empty where nothing does."""
    try:
        ready()
    except UserError as error:
        return error.sentence
    return ""
