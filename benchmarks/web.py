"""Answers a second, delay and memory of the web channel, beside `rasa run --enable-api` with the same archive; and
how soon the widget is ready on a slow phone. Run: python -m benchmarks.web [--seconds 10] [--connections 8]

Needs wrk (Debian: apt install wrk); Rasa and Chromium with playwright are measured where they are installed. The
servers are started side by side on this machine, warmed, and loaded in turn, several rounds; the middle one is told.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from bot.home import home
from bot.nlu.models import find_model
from bot.settings import read_settings

QUESTION = "will police ask my status if I report a robbery in kansas city mo"
SERVE = """
import sys, uvicorn
from bot.assistant import assemble
from bot.channels.web import create_app
from bot.settings import read_settings
app = create_app(assemble(read_settings()), read_settings(), per_minute=0)
uvicorn.run(app, port=int(sys.argv[1]), log_level="error", access_log=False, ws="none")
"""
# 1.6 Mbit/s down, 150 ms there and back, processor four times slower: a cheap phone on a poor network.
SLOW = {"offline": False, "latency": 150, "downloadThroughput": 200_000, "uploadThroughput": 93_750}


@dataclass(frozen=True, slots=True)
class Measured:
    """One server's figures: answers a second, milliseconds at two percentiles, megabytes after the load."""

    name: str
    rate: float
    p50: float
    p99: float
    errors: str
    memory: float
    start: float


def main() -> int:
    """Prints a table; returns 0, or 2 where wrk is missing."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=10)
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    if shutil.which("wrk") is None:
        print("benchmarks: wrk is missing; on Debian: apt install wrk", file=sys.stderr)
        return 2
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before; wrk on the same machine, one thread")
    rows = list(_servers(options.seconds, options.connections, options.rounds))
    print("| server | answers/s | p50 ms | p99 ms | errors | memory MB | ready after s |")
    print("|---|---|---|---|---|---|---|")
    for row in rows:
        figures = f"{row.rate:.0f} | {row.p50:.1f} | {row.p99:.1f} | {row.errors} | {row.memory:.0f} | {row.start:.1f}"
        print(f"| {row.name} | {figures} |")
    _widget()
    return 0


def _servers(seconds: int, connections: int, rounds: int) -> Iterator[Measured]:
    """Every case's middle round. The servers wait side by side and are loaded in turn, so that each meets the same
    machine."""
    with contextlib.ExitStack() as stack:
        cases = _cases(stack)
        measured = [[_load(*case, seconds, connections) for case in cases] for _ in range(rounds)]
    for tries in zip(*measured, strict=True):
        yield sorted(tries, key=lambda one: one.rate)[rounds // 2]


def _cases(stack: contextlib.ExitStack) -> list[Case]:
    ask, choose = {"text": QUESTION}, {"choice": "t:victim_status", "department": "kcpd"}
    ours = stack.enter_context(_running([sys.executable, "-c", SERVE], "/healthz"))
    cases: list[Case] = [
        ("Amparo, typed message", ours, "/api/v1/messages", ask),
        ("Amparo, pressed choice", ours, "/api/v1/messages", choose),
        ("Amparo, topic page", ours, "/es/kcpd/victim_status", None),
    ]
    rasa = Path(sys.executable).with_name("rasa")
    if not rasa.exists():
        print("Rasa is not installed: not measured")
        return cases
    channel = Path(stack.enter_context(tempfile.TemporaryDirectory())) / "credentials.yml"
    channel.write_text("rest:\n", encoding="utf-8")
    model = str(find_model(home(), read_settings()))
    command = [str(rasa), "run", "--enable-api", "-m", model, "--credentials", str(channel), "-i", "127.0.0.1", "-p"]
    theirs = stack.enter_context(_running(command, "/status"))
    return [
        *cases,
        ("Rasa, /model/parse", theirs, "/model/parse", {"text": QUESTION}),
        ("Rasa, REST channel", theirs, "/webhooks/rest/webhook", {"sender": "one", "message": QUESTION}),
    ]


@dataclass(frozen=True, slots=True)
class Server:
    """A process that answers on a port."""

    process: psutil.Process
    port: int
    start: float

    @property
    def memory(self) -> float:
        """Megabytes held by the process and its children."""
        together = [self.process, *self.process.children(recursive=True)]
        return sum(p.memory_info().rss for p in together) / 1e6


Case = tuple[str, Server, str, object]


@contextlib.contextmanager
def _running(command: list[str], ready: str) -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    quiet = {
        **os.environ,
        "RASA_TELEMETRY_ENABLED": "false",
        "LOG_LEVEL": "ERROR",
        "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    }
    began = time.monotonic()
    started = subprocess.Popen([*command, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=quiet)
    try:
        while time.monotonic() - began < 180 and started.poll() is None:
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}{ready}", timeout=2).close()
                break
            time.sleep(0.05)
        yield Server(psutil.Process(started.pid), port, time.monotonic() - began)
    finally:
        started.send_signal(signal.SIGINT)
        try:
            started.wait(15)
        except subprocess.TimeoutExpired:
            started.kill()


def _load(name: str, server: Server, path: str, body: object, seconds: int, connections: int) -> Measured:
    """Warms for two seconds, then measures."""
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        if body is not None:
            script.write(f"wrk.method='POST'\nwrk.body={json.dumps(json.dumps(body))}\n")
            script.write("wrk.headers['Content-Type']='application/json'\n")
        script.flush()
        url = f"http://127.0.0.1:{server.port}{path}"
        command = ["wrk", "-t1", f"-c{connections}", "--latency", "--timeout", "30s", "-s", script.name]
        subprocess.run([*command, "-d2s", url], capture_output=True, check=False)
        told = subprocess.run([*command, f"-d{seconds}s", url], capture_output=True, text=True, check=False).stdout
    errors = " ".join(re.findall(r"(?:Non-2xx.*|Socket errors.*)", told)) or "0"
    rate = float(_found(r"Requests/sec:\s+([\d.]+)", told))
    return Measured(name, rate, _milliseconds(told, 50), _milliseconds(told, 99), errors, server.memory, server.start)


def _found(pattern: str, text: str) -> str:
    found = re.search(pattern, text)
    return found[1] if found else "nan"


def _milliseconds(told: str, percentile: int) -> float:
    found = re.search(rf"{percentile}%\s+([\d.]+)(us|ms|s)\b", told)
    return float(found[1]) * {"us": 0.001, "ms": 1, "s": 1000}[found[2]] if found else float("nan")


def _widget() -> None:
    """The widget's bytes, and the milliseconds until it can be used on a slow phone."""
    with _running([sys.executable, "-c", SERVE], "/healthz") as server:
        site = f"http://127.0.0.1:{server.port}"
        script = urllib.request.urlopen(f"{site}/widget.js").read()
        print(f"\nwidget.js: {len(script)} bytes, {len(gzip.compress(script, 9))} with gzip")
        name = _found(r'"file":"(strings\.es\.[^"]+)"', script.decode())
        strings = urllib.request.urlopen(f"{site}/static/{name}").read()
        packed = len(gzip.compress(strings, 9))
        print(f"Spanish strings, offline card and departments: {len(strings)} bytes, {packed} with gzip")
        browser = shutil.which("chromium")
        if browser is None:
            print("Chromium is not installed: no time to interactive")
            return
        try:
            from playwright.sync_api import sync_playwright
        except ImportError:
            print("playwright is not installed: no time to interactive")
            return
        with sync_playwright() as playwright:
            opened = playwright.chromium.launch(executable_path=browser, args=["--no-sandbox"])
            times = sorted(_time_to_use(opened, site) for _ in range(5))
            opened.close()
    print("slow phone (1.6 Mbit/s, 150 ms, processor 4 times slower), nothing cached:")
    print(f"launcher ready after {times[2]:.0f} ms (median of 5)")


def _time_to_use(browser: object, site: str) -> float:
    context = browser.new_context(viewport={"width": 360, "height": 740}, is_mobile=True, locale="es-MX")  # type: ignore[attr-defined]
    page = context.new_page()
    tools = context.new_cdp_session(page)
    tools.send("Network.enable")
    tools.send("Network.emulateNetworkConditions", SLOW)
    tools.send("Emulation.setCPUThrottlingRate", {"rate": 4})
    page.add_init_script("addEventListener('amparo-ready', () => { window.ready = performance.now(); })")
    page.goto(f"{site}/es")
    while not (found := page.evaluate("window.ready ?? 0")):
        page.wait_for_timeout(20)
    context.close()
    return float(found)


if __name__ == "__main__":
    sys.exit(main())
