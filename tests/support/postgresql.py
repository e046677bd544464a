"""A PostgreSQL for tests: ``UEC_BOOKING_TEST_POSTGRESQL`` is the SQLAlchemy URL of a database that may be emptied."""

from __future__ import annotations

import importlib.util
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import create_engine, text

VARIABLE = "UEC_BOOKING_TEST_POSTGRESQL"
URL = os.environ.get(VARIABLE, "")

#: The marks of tests that need it.
NEEDED = [
    pytest.mark.skipif(not URL, reason=f"no PostgreSQL server: {VARIABLE} names no database"),
    pytest.mark.skipif(importlib.util.find_spec("psycopg") is None, reason="the driver psycopg is not installed"),
]


@contextmanager
def schema(server: str = URL) -> Iterator[str]:
    """The URL of a schema of our own in that database, so that several workers do not meet."""
    name = f"uec_{uuid.uuid4().hex}"
    engine = create_engine(server)
    with engine.begin() as connection:
        connection.execute(text(f"CREATE SCHEMA {name}"))
    yield f"{server}?options=-csearch_path%3D{name}"
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA {name} CASCADE"))
    engine.dispose()
