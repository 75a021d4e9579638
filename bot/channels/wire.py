"""A reply as JSON and as plain text: one shape for the batch, the HTTP interface and tests."""

from __future__ import annotations

from typing import Any

from ..core.message import Block, BlockKind, Reply, ShownSource


def to_json(reply: Reply) -> dict[str, Any]:
    """The object of one answer, ready for `json.dumps`."""
    return {
        "locale": reply.locale,
        "topic": reply.topic,
        "department": reply.department,
        "jurisdiction": reply.jurisdiction,
        "coverage": reply.coverage,
        "verdict": reply.verdict,
        "confidence": round(reply.confidence, 4),
        "urgent": reply.urgent,
        "pending": reply.pending,
        "text": plain_text(reply),
        "choices": [{"label": choice.label, "value": choice.value} for choice in reply.choices],
        "suggestions": list(reply.suggestions),
        "sources": [_source(source) for source in reply.sources],
    }


def blocks_to_json(reply: Reply) -> list[dict[str, Any]]:
    """The reply's pieces, for those who draw them."""
    return [{"kind": block.kind.value, "texts": list(block.texts)} for block in reply.blocks]


def plain_text(reply: Reply) -> str:
    """The reply as a person reads it where nothing but text can be shown."""
    return "\n\n".join(text for block in reply.blocks if (text := _block(block)))


def _block(block: Block) -> str:
    if block.kind in (BlockKind.STEPS, BlockKind.SOURCES):
        return "\n".join(f"- {text}" for text in block.texts)
    return block.text


def _source(source: ShownSource) -> dict[str, Any]:
    return {
        "title": source.title,
        "publisher": source.publisher,
        "url": source.url,
        "published": str(source.published) if source.published else None,
        "checked": str(source.checked),
    }
