"""Kafka: how events leave the service."""
