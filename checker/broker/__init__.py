"""Kafka brokers: librdkafka's mock cluster, and Apache Kafka from its jars.

`handle` starts the process that runs a broker or reaches one, and reads and writes its topics. What
runs inside that (`process`, `cluster`, `client`) imports little, as this file does: it must start
within a few dozen milliseconds.
"""
