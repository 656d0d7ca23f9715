"""Services in this process: on SQLite for most tests, on both databases for the API's."""

import contextlib
import time

import psycopg
import pytest

from invoicer.asgi import House
from servers.stacks.services import postgresql

#: How often PostgreSQL is asked, ten times a second, whether it has started.
MOST_TRIES = 300


@pytest.fixture
def house(tmp_path):
    """A service on SQLite."""
    house = House(f"sqlite:///{tmp_path}/invoicer.db")
    yield house
    house.close()


@pytest.fixture
def make_house(tmp_path):
    """Services with settings of their own."""
    made = []

    def make(**settings):
        made.append(House(f"sqlite:///{tmp_path}/{len(made)}.db", **settings))
        return made[-1]

    yield make
    for house in made:
        house.close()


@pytest.fixture(scope="session")
def postgres(laboratory):
    """The URL of a real PostgreSQL."""
    running = laboratory.launch("invoicer-postgresql", postgresql)
    url = f"postgresql://postgres@127.0.0.1:{running.port}/postgres"
    # It listens a while before it answers ("the database system is starting up").
    for _ in range(MOST_TRIES):
        with contextlib.suppress(psycopg.OperationalError):
            psycopg.connect(url).close()
            break
        time.sleep(0.1)
    return url
