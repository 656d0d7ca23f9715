"""What every test may ask for."""

import signal

import pytest
from hypothesis import settings

from servers.laboratory import Laboratory, Running

# A shell starts what runs in the background with SIGINT ignored, and that is inherited;
# tests that press Ctrl-C on a program need the ordinary state whatever started the suite.
signal.signal(signal.SIGINT, signal.default_int_handler)

# How long one example takes says how busy the machine is, not whether the code is right.
settings.register_profile("no deadline", deadline=None)
settings.load_profile("no deadline")


def pytest_collection_modifyitems(items):
    """Mark whatever starts servers, so that `make check` can leave it out."""
    for item in items:
        if "laboratory" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.real_server)


@pytest.fixture(scope="session")
def laboratory(tmp_path_factory):
    """Real servers by name, started when first asked for, stopped with the session."""
    laboratory = Laboratory(tmp_path_factory.mktemp("servers"))
    yield laboratory
    laboratory.stop()


@pytest.fixture
def real_server(request, laboratory) -> Running:
    """The server of the catalogue that the test is parametrised with, running."""
    return laboratory.start(request.param)
