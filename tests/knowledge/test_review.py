"""What is due, what is broken, and what changed."""

from __future__ import annotations

import threading
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from bot.knowledge import canonical, history
from bot.knowledge.dates import PartialDate
from bot.knowledge.load import load
from bot.knowledge.model import Place, Source, SourceKind
from bot.knowledge.report import problems_of
from bot.knowledge.review import broken_links, due
from tests.conftest import ROOT, TODAY


def test_nothing_of_the_made_up_project_is_due_today_and_everything_later(project: Path) -> None:
    base, _ = load(project, ["en", "es"])
    assert due(base, (), TODAY) == []
    later = due(base, ("es",), date(2030, 1, 1))
    assert {item.kind for item in later} >= {"overdue", "draft language"}
    assert later == sorted(later)
    assert all(item.ask.endswith((".", "?")) and ":" in item.place for item in later)


def test_the_greatest_risk_comes_first() -> None:
    base, _ = load(ROOT, ["en", "es"])
    found = due(base, (), date(2028, 6, 1))
    assert [item.risk for item in found] == sorted(item.risk for item in found)
    assert {"overdue", "low certainty", "old gap"} <= {item.kind for item in found}


def test_a_rule_that_has_ended_comes_before_everything(project: Path) -> None:
    path = project / "data/responses/policies/departments/olathe_pd.yaml"
    path.write_text(path.read_text().replace("sure: high", "sure: high\n    effective_to: 2026-11-10", 1))
    base, problems = load(project, ["en", "es"])
    assert problems == []
    first = due(base, (), date(2030, 1, 1))[0]
    assert (first.kind, first.since) == ("expired", "2026-11-10")
    assert "What replaced it?" in first.ask


class Pages(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response({"/fine": 200, "/gone": 404, "/refused": 403}[self.path])
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


def test_links_that_do_not_answer_are_named() -> None:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    here = f"http://127.0.0.1:{server.server_port}"
    sources = [
        Source(
            name, name, "us", SourceKind.REPORT, f"{here}/{name}", None, PartialDate(2026), False, Place("a.yaml", 1)
        )
        for name in ("fine", "gone", "refused")
    ]
    try:
        assert [(s.id, why) for s, why in broken_links(sources, seconds=5)] == [("gone", "status 404")]
    finally:
        server.shutdown()
        server.server_close()


def test_the_content_changelog_names_what_changed(versioned: Path) -> None:
    told = history.changes(date(2020, 1, 1))
    assert "Said more plainly" in told
    assert "en/departments/olathe_pd.yaml, texts: changed: victim_status" in told
    assert "new: olathe_asks_not" in told


def test_the_canonical_form_is_written_and_keeps_the_meaning(project: Path) -> None:
    path = project / "data/responses/en/departments/olathe_pd.yaml"
    before = path.read_text()
    path.write_bytes(before.replace("old.", "o\u200bld.\u00a0  ").replace("\n", "\r\n").encode())
    assert {p.rule for p in problems_of(project, TODAY)[1]} == {"not-canonical"}
    assert canonical.fix(project) == [path]
    assert path.read_text() == before
    assert canonical.fix(project) == []


def test_one_file_is_checked_by_itself(project: Path) -> None:
    path = project / "data/responses/en/departments/olathe_pd.yaml"
    path.write_text(path.read_text().replace("headline:", "headlin:"))
    name = "data/responses/en/departments/olathe_pd.yaml"
    _, all_found = problems_of(project, TODAY)
    _, found = problems_of(project, TODAY, name)
    assert found == [p for p in all_found if p.path == name] != []
