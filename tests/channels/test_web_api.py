"""The HTTP interface: what it takes, what it answers, what it refuses, and what it keeps."""

from __future__ import annotations

import gzip
import json
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from starlette.testclient import TestClient

from bot.channels.web import tokens
from bot.sessions.memory import MemoryStore
from bot.settings import Settings
from tests.doubles import web_site

PAGE = "https://centro.example.org"


@pytest.fixture(scope="module")
def client() -> Iterator[TestClient]:
    settings = Settings(allowed_origins=(PAGE,), public_url="https://amparo.example.org")
    with TestClient(web_site.app(settings)) as opened:
        yield opened


def ask(client: TestClient, **body: Any) -> dict[str, Any]:
    answer = client.post("/api/v1/messages", json=body)
    assert answer.status_code == 200, answer.text
    reply: dict[str, Any] = answer.json()
    return reply


def error(client: TestClient, status: int, **request: Any) -> dict[str, Any]:
    answer = client.request("POST", "/api/v1/messages", **request)
    assert answer.status_code == status
    assert set(answer.json()) == {"error"} and set(answer.json()["error"]) == {"code", "message"}
    found: dict[str, Any] = answer.json()["error"]
    return found


def test_a_message_gets_the_answer_with_blocks_and_a_session(client: TestClient) -> None:
    reply = ask(client, text=web_site.ROBBED)
    assert (reply["topic"], reply["department"], reply["locale"]) == ("victim_status", "kcpd", "en")
    assert reply["sources"] and reply["choices"] and len(reply["session"]) == 43
    assert {"headline", "text"} <= {block["kind"] for block in reply["blocks"]}


def test_the_answer_is_what_the_description_says(client: TestClient) -> None:
    document = client.get("/openapi.json").json()
    schema = {"$ref": "#/components/schemas/Reply", "components": document["components"]}
    for body in ({"text": web_site.ROBARON}, {"choice": "m:departments"}, {"text": "xyzzy"}, {"text": ""}):
        Draft202012Validator(schema).validate(ask(client, **body))


@pytest.mark.parametrize("name", ["departments", "topics", "locales"])
def test_every_list_is_what_the_description_says(client: TestClient, name: str) -> None:
    document = client.get("/openapi.json").json()
    schema = {"$ref": f"#/components/schemas/{name.capitalize()}", "components": document["components"]}
    Draft202012Validator(schema).validate(client.get(f"/api/v1/{name}").json())


def test_every_path_of_the_description_answers(client: TestClient) -> None:
    for path, operations in client.get("/openapi.json").json()["paths"].items():
        for method in operations:
            answer = client.request(
                method.upper(), path, json={"text": "door", "session": "x"} if method == "post" else None
            )
            assert answer.status_code < 500 and answer.status_code not in (404, 405), path


def test_a_session_goes_on_where_it_was(client: TestClient) -> None:
    first = ask(client, text=web_site.ROBARON)
    second = ask(client, choice="t:u_visa", session=first["session"])
    assert (second["topic"], second["department"], second["locale"]) == ("u_visa", "kcpd", "es")
    assert second["session"] == first["session"]


@pytest.mark.parametrize("token", ["", "x", "A" * 43, "\ud800", "../../etc/passwd"])
def test_an_unknown_session_starts_a_new_conversation_under_a_token_of_ours(client: TestClient, token: str) -> None:
    body = json.dumps({"choice": "t:u_visa", "session": token})
    answer = client.post("/api/v1/messages", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 200 and answer.json()["session"] != token


def test_the_store_never_sees_the_token_nor_the_text() -> None:
    class Watching(MemoryStore):
        def __init__(self, minutes: float) -> None:
            super().__init__(minutes)
            self.seen: list[str] = []

        async def put(self, key: str, conversation: Any) -> None:
            self.seen.append(f"{key} {conversation}")
            await super().put(key, conversation)

    store = Watching(30)
    with TestClient(web_site.app(answers=web_site.assistant(store))) as client:
        reply = ask(client, text=web_site.ROBBED)
    assert store.seen and reply["session"] not in store.seen[0] and "robbed" not in store.seen[0]
    assert tokens.store_key(reply["session"]) in store.seen[0]


def test_forget_drops_the_conversation_whatever_the_media_type(client: TestClient) -> None:
    session = ask(client, text=web_site.ROBARON)["session"]
    body = json.dumps({"session": session})
    assert client.post("/api/v1/forget", content=body, headers={"content-type": "text/plain"}).status_code == 204
    again = ask(client, choice="t:u_visa", session=session)
    assert again["session"] != session and again["department"] is None


def test_a_new_conversation_begins_in_the_browsers_language_until_a_message_shows_another(client: TestClient) -> None:
    headers = {"accept-language": "es-MX,es;q=0.9,en;q=0.5"}
    chosen = client.post("/api/v1/messages", json={"choice": "t:u_visa"}, headers=headers).json()
    typed = client.post("/api/v1/messages", json={"text": web_site.ROBBED}, headers=headers).json()
    assert (chosen["locale"], typed["locale"]) == ("es", "en")


def test_an_explicit_language_and_department_win(client: TestClient) -> None:
    reply = ask(client, text="They are at my door", locale="es", department="denver_pd")
    assert (reply["locale"], reply["department"]) == ("es", "denver_pd")


@pytest.mark.parametrize(
    "content",
    [
        b"", b"nonsense", b"[]", b"null", b"\xff\xfe", b"[" * 20000, b'{"text": 1}', b'{"text": null}', b"{}",
        b'{"text": "a", "choice": "b"}', b'{"text": "a", "other": "b"}', b'{"text": "a", "locale": 1}',
        b'{"text": "a", "locale": "xx"}', b'{"text": "a", "locale": ""}', b'{"text": "a", "department": "us"}',
        b'{"text": "a", "department": "\\ud800"}', b'{"text": "a", "session": {}}',
    ],
)  # fmt: skip
def test_what_is_no_message_is_refused_in_the_one_shape(client: TestClient, content: bytes) -> None:
    headers = {"content-type": "application/json"}
    assert error(client, 400, content=content, headers=headers)["code"] == "bad_request"


def test_other_media_types_are_refused(client: TestClient) -> None:
    assert error(client, 415, content=b'{"text": "a"}', headers={"content-type": "text/plain"})
    assert error(client, 415, content=b'{"text": "a"}')


def test_too_long_a_body_is_refused_whether_its_length_is_told_or_not(client: TestClient) -> None:
    headers = {"content-type": "application/json"}
    assert error(client, 413, content=b" " * 40_000, headers=headers)["code"] == "too_large"
    assert error(client, 413, content=(b" " * 10_000 for _ in range(4)), headers=headers)["code"] == "too_large"


def test_two_thousand_characters_of_any_script_fit(client: TestClient) -> None:
    assert ask(client, text="ቋ" * 2000)["topic"] == "out_of_scope"


@pytest.mark.parametrize(("method", "path", "status"), [
    ("GET", "/api/v1/messages", 405), ("DELETE", "/", 405),
    ("GET", "/api/v1/nothing", 404), ("GET", "/static/x.js", 404),
    ("GET", "/xx", 404), ("GET", "/es/nowhere", 404), ("GET", "/es/kcpd/nothing", 404), ("POST", "/widget.js", 405),
])  # fmt: skip
def test_errors_of_every_path_have_one_shape(client: TestClient, method: str, path: str, status: int) -> None:
    answer = client.request(method, path)
    assert answer.status_code == status and set(answer.json()["error"]) == {"code", "message"}


def test_an_error_inside_tells_nobody_anything(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(MemoryStore):
        async def get(self, key: str) -> Any:
            raise RuntimeError("secret words of a person")

    with TestClient(web_site.app(answers=web_site.assistant(Broken(30)))) as client, caplog.at_level(logging.DEBUG):
        answer = client.post("/api/v1/messages", json={"text": "secret words"})
    assert answer.status_code == 500 and answer.json()["error"]["code"] == "internal_error"
    assert "content-security-policy" in answer.headers
    assert "secret" not in answer.text and "secret" not in caplog.text and "RuntimeError" in caplog.text


def test_only_listed_origins_may_read(client: TestClient) -> None:
    for origin, allowed in ((PAGE, PAGE), ("https://other.example.org", None), ("null", None)):
        answer = client.post("/api/v1/messages", json={"text": "door"}, headers={"origin": origin})
        assert answer.headers.get("access-control-allow-origin") == allowed
        assert "Origin" in answer.headers["vary"]


@pytest.mark.parametrize(("origin", "status"), [(PAGE, 204), ("https://other.example.org", 403), ("null", 403)])
def test_a_browsers_question_beforehand_is_answered_by_the_list(client: TestClient, origin: str, status: int) -> None:
    headers = {
        "origin": origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
    }
    answer = client.options("/api/v1/messages", headers=headers)
    assert answer.status_code == status
    assert (answer.headers.get("access-control-allow-origin") == origin) is (status == 204)


def test_a_star_lets_any_origin_read() -> None:
    with TestClient(web_site.app(Settings(allowed_origins=("*",)))) as client:
        answer = client.post("/api/v1/messages", json={"text": "door"}, headers={"origin": "https://x.example"})
    assert answer.headers["access-control-allow-origin"] == "https://x.example"


@pytest.mark.parametrize(
    "path", ["/", "/es", "/es/kcpd", "/healthz", "/widget.js", "/api/v1/topics", "/nothing", "/metrics"]
)
def test_every_answer_is_guarded_and_sets_no_cookie(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    policy = headers["content-security-policy"]
    assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy
    assert headers["x-content-type-options"] == "nosniff" and headers["referrer-policy"] == "no-referrer"
    assert headers["strict-transport-security"] and "set-cookie" not in headers and "server" not in headers


def test_without_https_nobody_is_held_to_it() -> None:
    with TestClient(web_site.app()) as client:
        assert "strict-transport-security" not in client.get("/healthz").headers


def test_answers_are_never_stored_by_caches(client: TestClient) -> None:
    assert client.post("/api/v1/messages", json={"text": "door"}).headers["cache-control"] == "no-store"
    assert client.post("/", data={"text": "door"}).headers["cache-control"] == "no-store"


def test_floods_are_stopped_by_address() -> None:
    with TestClient(web_site.app(per_minute=3)) as client:
        statuses = [client.post("/api/v1/messages", json={"text": "door"}).status_code for _ in range(5)]
        last = client.post("/api/v1/messages", json={"text": "door"})
    assert statuses == [200, 200, 200, 429, 429]
    assert last.json()["error"]["code"] == "too_many_requests" and int(last.headers["retry-after"]) >= 1


def test_static_files_are_hashed_compressed_and_kept_for_good(client: TestClient) -> None:
    page = client.get("/en").text
    name = re.search(r"/static/(widget\.[0-9a-f]+\.js)", page)
    assert name
    answer = client.get(f"/static/{name[1]}", headers={"accept-encoding": "gzip"})
    assert "immutable" in answer.headers["cache-control"] and answer.headers["content-encoding"] == "gzip"
    assert answer.headers["access-control-allow-origin"] == "*"
    again = client.get(f"/static/{name[1]}", headers={"if-none-match": answer.headers["etag"]})
    assert again.status_code == 304 and not again.content
    assert client.get("/widget.js").content == answer.content


def test_the_widget_stays_under_20_kb(client: TestClient) -> None:
    assert len(gzip.compress(client.get("/widget.js").content, 9)) < 20_000


def test_counts_say_how_many_and_not_what_about(client: TestClient) -> None:
    ask(client, text=web_site.ROBARON)
    text = client.get("/metrics").text
    assert 'amparo_replies_total{locale="es",kind="own"}' in text
    for word in ("victim_status", "kcpd", "robaron", "127.0.0.1", "testclient"):
        assert word not in text


def test_ready_only_while_it_runs() -> None:
    application = web_site.app()
    assert TestClient(application).get("/readyz").status_code == 503
    with TestClient(application) as client:
        assert client.get("/readyz").json() == {"status": "ready"}
        assert client.get("/healthz").json() == {"status": "ok"}
