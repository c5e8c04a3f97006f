"""Fixtures of these tests."""

from __future__ import annotations

import pytest
from tests.run.postgres_server import postgres_dsn


@pytest.fixture(autouse=True)
def no_cache(monkeypatch: pytest.MonkeyPatch) -> None:
    """Everything is compiled anew."""
    monkeypatch.setenv("ATTAIN_CACHE", "off")


@pytest.fixture(scope="session")
def cases_dsn(postgres_dsn: str) -> str:
    """A database whose own order of texts is English, not that of the code points (where the server can)."""
    import psycopg

    order = "LOCALE_PROVIDER icu ICU_LOCALE 'en-US' TEMPLATE template0"
    with psycopg.connect(postgres_dsn, autocommit=True) as connection:
        try:
            connection.execute(f"CREATE DATABASE cases {order}")
        except psycopg.Error:
            connection.execute("CREATE DATABASE cases")
    return postgres_dsn.replace("dbname=postgres", "dbname=cases")


__all__ = ["postgres_dsn"]
