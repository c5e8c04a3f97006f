"""Fixtures of these tests."""

from tests.run.postgres_server import postgres_dsn

__all__ = ["postgres_dsn"]
