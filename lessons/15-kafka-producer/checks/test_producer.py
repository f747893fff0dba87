"""The application has a relay of its own, with one idempotent producer."""

from checker.judge import check, expect
from checker.judge.evidence import Probe
from kit.events import Changes, Events


@check(
    title="The application empties its outbox by itself",
    items=["structure.kafka-producer"],
    why="One process to start, and no event that waits for somebody to remember the other.",
    read="The producer",
    errata=["E43"],
    needs=["15.told"],
)
def test_lifespan(probe: Probe, events: Events, changes: Changes):
    events.serve()
    changes.create(changes.user())  # by an application that knows of no Kafka
    changes.http.stop()
    events.serve(relaying=True)
    doing = "KAFKA_BOOTSTRAP_SERVERS is set, the application was started, and there is no relay"
    events.expect_all(f"{doing} beside it. An event waited already.")
    for _ in range(2):
        changes.update(changes.create(changes.user()), title=f"Changed {len(changes.events)}")
        events.expect_all(f"{doing} beside it.")
    left = probe("ended", doing="starting the application and ending it", expects=list[str])
    expect(
        not left,
        seen=f"The lifespan has ended, and what it began goes on: {', '.join(left)}.",
        wanted="An end of the relay behind the yield, cancelled or told to stop, and awaited; and"
        " of its producer, await producer.stop().",
        why="What is not awaited is cut off anywhere: in a transaction, or between an event and its"
        " mark.",
    )


@check(
    title="One producer, which is idempotent, sends them all",
    items=["structure.kafka-producer", "topic.kafka"],
    why="A producer for each event is a connection for each; and one that is not idempotent stores"
    " twice what it repeats.",
    read="The producer",
    errata=["E43"],
    needs=["15.told"],
)
def test_producer(events: Events, changes: Changes):
    broker = events.broker
    broker.needs_embedded()
    events.serve()
    me = changes.user()
    events.relay()
    post = changes.create(me)
    for number in range(20):
        post = changes.update(post, title=f"Number {number} of {post['id']}")
        if number % 5 == 0:
            events.expect_all("A post was changed while a relay ran.")
    events.expect_all("A post was changed while a relay ran.")
    asked = [kind for kind, _ in broker.requests()]
    count = asked.count("InitProducerId")
    expect(
        count > 0,
        seen=f"{asked.count('Produce')} times events were sent, and nobody asked Kafka for the id"
        " of an idempotent producer (InitProducerId).",
        wanted="AIOKafkaProducer(…, enable_idempotence=True).",
    )
    expect(
        count <= 4,
        seen=f"For 21 events {count} producers were started.",
        wanted="One for all of them: started once, and stopped at the end.",
    )
