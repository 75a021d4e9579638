"""The process: where it listens, how it stops, what it says and what it does not."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator

import httpx
import pytest

from bot.channels.web import server
from bot.errors import ChannelError
from bot.settings import Settings

START = """
import sys
from bot.__main__ import main
from bot.channels.web import server
from tests.doubles import web_site
server.assemble = lambda settings, store: web_site.assistant(store)
sys.exit(main(["web"]))
"""


@pytest.fixture
def process() -> Iterator[subprocess.Popen[str]]:
    environment = {**os.environ, "AMPARO_PORT": "0", "AMPARO_LOG_LEVEL": "debug"}
    started = subprocess.Popen(
        [sys.executable, "-c", START], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment
    )
    yield started
    if started.poll() is None:
        started.kill()
    started.communicate()


def address_of(process: subprocess.Popen[str]) -> str:
    """Where the process says that it listens."""
    assert process.stderr
    for line in process.stderr:
        if "listening on " in line:
            address = line.strip().rpartition(" ")[2]
            for _ in range(200):
                try:
                    if httpx.get(f"{address}/readyz").status_code == 200:
                        return address
                except httpx.TransportError:
                    time.sleep(0.05)
    raise AssertionError("it never listened")


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_cleanly_on_a_signal_and_logged_nothing_of_anybody(
    process: subprocess.Popen[str], number: int
) -> None:
    address = address_of(process)
    text = "Me robaron, soy Eduviges Zambrano, 816-555-0199"
    answer = httpx.post(f"{address}/api/v1/messages", json={"text": text}).json()
    assert answer["topic"] == "victim_status"
    httpx.post(address, data={"text": text})
    httpx.get(f"{address}/{text}")
    process.send_signal(number)
    out, errors = process.communicate(timeout=15)
    assert process.returncode == 0, errors
    for secret in ("Eduviges", "816-555", "robaron", answer["session"], "127.0.0.1:"):
        assert secret not in out + errors.replace(address, "")
    assert "Traceback" not in errors


def test_a_taken_port_is_named() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ChannelError, match=f"AMPARO_PORT={port}: the address is already in use"):
            server._listen(Settings(port=port))


def test_an_address_that_is_not_here_is_named() -> None:
    with pytest.raises(ChannelError, match=r"AMPARO_HOST=192\.0\.2\.1"):
        server._listen(Settings(host="192.0.2.1", port=0))
