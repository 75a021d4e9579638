"""The interface's description (OpenAPI 3.1), from which clients and tests are made."""

from __future__ import annotations

from typing import Any

from ... import __version__
from ...assistant import Assistant
from ...core.message import BlockKind
from ...knowledge.model import Level, Verdict
from ...knowledge.resolve import Coverage

Schema = dict[str, Any]


def document(assistant: Assistant) -> Schema:
    """The whole description, with the languages and departments of this deployment."""
    locales = list(assistant.languages.codes)
    departments = [d.id for d in assistant.base.of_level(Level.DEPARTMENT)]
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Amparo",
            "version": __version__,
            "description": "Know-your-rights answers of a person's own police department, with source and date.",
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "paths": _paths(),
        "components": {"schemas": _schemas(locales, departments)},
    }


def _paths() -> Schema:
    return {
        "/api/v1/messages": {"post": _messages()},
        "/api/v1/forget": {"post": _forget()},
        "/api/v1/departments": {"get": _get("departments", "Every department with its names", "Departments")},
        "/api/v1/topics": {"get": _get("topics", "Every topic with its question", "Topics")},
        "/api/v1/locales": {"get": _get("locales", "Every language by its own name", "Locales")},
        "/healthz": {"get": _get("healthz", "Whether the process answers", "Status")},
        "/readyz": {"get": {**_get("readyz", "Whether answers can be given", "Status")}},
        "/metrics": {"get": _metrics()},
    }


def _messages() -> Schema:
    return {
        "operationId": "messages",
        "summary": "One message in, one answer out",
        "requestBody": _body("Message"),
        "responses": {"200": _content("The answer", "Reply"), **_errors("400", "413", "415", "429")},
    }


def _forget() -> Schema:
    return {
        "operationId": "forget",
        "summary": "Forgets a conversation at once",
        "requestBody": _body("Forget"),
        "responses": {"204": {"description": "Forgotten, or there was none"}, **_errors("400", "413", "429")},
    }


def _get(name: str, summary: str, schema: str) -> Schema:
    responses = {"200": _content(summary, schema)}
    if name == "readyz":
        responses |= _errors("503")
    return {"operationId": name, "summary": summary, "responses": responses}


def _metrics() -> Schema:
    text = {
        "description": "Counts in Prometheus' text format",
        "content": {"text/plain": {"schema": {"type": "string"}}},
    }
    return {"operationId": "metrics", "summary": "Counts", "responses": {"200": text}}


def _body(schema: str) -> Schema:
    return {"required": True, "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}}}


def _content(description: str, schema: str) -> Schema:
    return {
        "description": description,
        "content": {"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}},
    }


def _errors(*statuses: str) -> Schema:
    words = {
        "400": "Not understood as a message",
        "413": "Too long",
        "415": "Not JSON",
        "429": "Too many messages from this address",
        "503": "Not ready",
    }
    return {status: _content(words[status], "Error") for status in statuses}


def _object(properties: Schema, optional: tuple[str, ...] = ()) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": [name for name in properties if name not in optional],
        "additionalProperties": False,
    }


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _schemas(locales: list[str], departments: list[str]) -> Schema:
    text: Schema = {"type": "string"}
    maybe: Schema = {"type": ["string", "null"]}
    words = {"type": "object", "additionalProperties": text}
    return {
        "Message": _message(locales, departments),
        "Forget": {"type": "object", "properties": {"session": text}, "required": ["session"]},
        "Reply": _reply(locales, departments),
        "Error": _object({"error": _object({"code": text, "message": text})}),
        "Status": _object({"status": text}),
        "Departments": _object(
            {
                "departments": _list(
                    _object({"id": text, "state": maybe, "ocd": text, "name": words, "short": words, "place": words})
                )
            }
        ),
        "Topics": _object(
            {
                "groups": _list(_object({"id": text, "label": words})),
                "topics": _list(
                    _object(
                        {"id": text, "group": text, "urgent": {"type": "boolean"}, "label": words, "question": words}
                    )
                ),
            }
        ),
        "Locales": _object({"locales": _list(_object({"code": text, "name": text, "direction": text}))}),
    }


def _message(locales: list[str], departments: list[str]) -> Schema:
    other: Schema = {
        "locale": {"enum": [*locales, None], "description": "Sets the language; without it the text decides"},
        "department": {"enum": [*departments, None], "description": "Sets the department asked about"},
        "session": {"type": ["string", "null"], "description": "From the last answer; an unknown one starts anew"},
    }
    typed = {"text": {"type": "string", "description": "What the person wrote; 2,000 characters are read"}}
    pressed = {"choice": {"type": "string", "description": "The value of a choice of the last answer"}}
    shapes: list[Schema] = [_object({**typed, **other}, tuple(other)), _object({**pressed, **other}, tuple(other))]
    return {"oneOf": shapes, "examples": [{"text": "Will police ask my status if I report a robbery in Kansas City?"}]}


def _reply(locales: list[str], departments: list[str]) -> Schema:
    text: Schema = {"type": "string"}
    maybe: Schema = {"type": ["string", "null"]}
    source = _object({"title": text, "publisher": text, "url": text, "published": maybe, "checked": text})
    return _object(
        {
            "locale": {"enum": locales},
            "topic": text,
            "department": {"enum": [*departments, None]},
            "jurisdiction": maybe,
            "coverage": {"enum": [*(c.value for c in Coverage), None]},
            "verdict": {"enum": [*(v.value for v in Verdict), None]},
            "confidence": {"type": "number"},
            "urgent": {"type": "boolean"},
            "pending": {"enum": ["topic", "department", None]},
            "text": text,
            "choices": _list(_object({"label": text, "value": text})),
            "suggestions": _list(text),
            "sources": _list(source),
            "blocks": _list(_object({"kind": {"enum": [k.value for k in BlockKind]}, "texts": _list(text)})),
            "session": text,
        }
    )
