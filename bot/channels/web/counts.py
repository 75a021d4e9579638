"""What is counted: requests and kinds of answers. No topic, place, text or address: a small town is easily known."""

from __future__ import annotations

from collections import Counter

from ...core.message import Meta, Reply


class Counts:
    """Counts since start, in Prometheus' text format."""

    def __init__(self) -> None:
        self._requests: Counter[tuple[str, int]] = Counter()
        self._replies: Counter[tuple[str, str]] = Counter()

    def request(self, endpoint: str, status: int) -> None:
        self._requests[endpoint, status] += 1

    def reply(self, reply: Reply) -> None:
        self._replies[reply.locale, outcome(reply)] += 1

    def text(self) -> str:
        lines = [
            "# HELP amparo_requests_total Requests by endpoint and status.",
            "# TYPE amparo_requests_total counter",
        ]
        lines += [
            f'amparo_requests_total{{endpoint="{endpoint}",status="{status}"}} {count}'
            for (endpoint, status), count in sorted(self._requests.items())
        ]
        lines += ["# HELP amparo_replies_total Replies by language and kind.", "# TYPE amparo_replies_total counter"]
        lines += [
            f'amparo_replies_total{{locale="{locale}",kind="{kind}"}} {count}'
            for (locale, kind), count in sorted(self._replies.items())
        ]
        return "\n".join(lines) + "\n"


def outcome(reply: Reply) -> str:
    """What kind of reply it was: whose answer, a question back, not understood, or other."""
    if reply.pending:
        return "asked_back"
    if reply.coverage:
        return reply.coverage
    return "not_understood" if reply.topic == Meta.OUT_OF_SCOPE.value else "other"
