"""Where messages go that nobody can handle."""

import asyncio
from typing import Any

from aiokafka import AIOKafkaProducer  # type: ignore[import-untyped]
from pydantic import ValidationError

from app.config import Settings
from app.kafka.relay import TOPIC

DEAD_LETTERS = f"{TOPIC}.dlt"


class DeadLetters:
    """The dead-letter topic: each message as it came, with the cause and its old place."""

    def __init__(self, settings: Settings, producer: AIOKafkaProducer) -> None:
        self._topic = settings.kafka_topic_prefix + DEAD_LETTERS
        self._seconds = settings.kafka_seconds
        self._producer = producer

    async def send(self, message: Any, error: Exception) -> None:
        """Put a message aside. Once this returns, Kafka has it. Raises KafkaError, TimeoutError."""
        added = {
            "dlt-cause": _describe(error),
            "dlt-topic": message.topic,
            "dlt-partition": message.partition,
            "dlt-offset": message.offset,
        }
        headers = [*message.headers, *((name, _encode(each)) for name, each in added.items())]
        async with asyncio.timeout(self._seconds):
            await self._producer.send_and_wait(
                self._topic, value=message.value, key=message.key, headers=headers
            )


def _encode(value: object) -> bytes:
    """A text in UTF-8, whatever is in it: half a character is written as its number."""
    return str(value).encode(errors="backslashreplace")


def _describe(error: Exception) -> str:
    """What is wrong, without what was in the message."""
    if isinstance(error, ValidationError):
        found = error.errors(include_input=False, include_url=False)
        text = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in found)
    else:
        text = str(error)
    return f"{type(error).__name__}: {text}"
