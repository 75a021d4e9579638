"""Measures the whole Telegram application with a server on loopback, in this process, on this machine.

    python -m benchmarks.telegram [--messages 5000] [--updates 100000]

Prints, as JSON: answers per second, milliseconds from an update to its answer's call (p50, p99), memory before
and after many updates, and lost or doubled answers. The server shares the process and its core; Telegram's own
limit (30 messages a second) is lifted for the measure.
"""

from __future__ import annotations

import argparse
import asyncio
import gc
import json
import statistics
import sys
import time
from collections import Counter
from typing import Any

import psutil
from telegram import Update

from bot.assistant import Assistant, assemble
from bot.channels.telegram.application import Limiter, build_application
from bot.channels.telegram.run import Channel, opened
from bot.settings import Settings
from tests.doubles.bot_api import TOKEN, BotApi, serving
from tests.doubles.wire import Wire

QUESTIONS = (
    "me robaron en kansas city misuri, ¿me van a pedir papeles?",
    "will kcpd ask my status if i report a robbery",
    "¿la policía de overland park le habla a la migra?",
    "can ice come in without a warrant",
    "gracias",
)
CHATS = 500


async def measure(messages: int, updates: int) -> dict[str, Any]:
    """All figures of one run."""
    settings = Settings(telegram_token=TOKEN)
    assistant = assemble(settings)
    async with serving() as api:
        given = Settings(telegram_token=TOKEN, telegram_api=api.url)
        limiter = Limiter(overall_max_rate=0, group_max_rate=0, max_retries=5)
        async with opened(Channel(given, assistant, limiter)):
            await _say(api, 200, 0)
            figures = await _throughput(api, messages) | await _latency(api)
    figures |= await _memory(assistant, updates)
    return figures | {"one_answer_in_process_ms": await _alone(assistant)}


async def _throughput(api: BotApi, messages: int) -> dict[str, Any]:
    api.chats.clear()
    began = time.perf_counter()
    await _say(api, messages, 1)
    seconds = time.perf_counter() - began
    counted = Counter(len(shown) for shown in api.chats.values())
    sent = sum(len(shown) for shown in api.chats.values())
    return {
        "answers_per_second": round(messages / seconds),
        "messages": messages,
        "lost_or_doubled": messages - sent,
        "answers_per_chat": dict(counted),
    }


async def _say(api: BotApi, messages: int, offset: int) -> None:
    """Sends messages over many chats, as fast as they are taken; waits for all answers."""
    for begin in range(0, messages, CHATS):
        count = min(CHATS, messages - begin)
        before = sum(len(shown) for shown in api.chats.values())
        for number in range(count):
            api.says(QUESTIONS[(number + offset) % len(QUESTIONS)], chat=1 + number)
        await api.until(lambda b=before, c=count: sum(len(s) for s in api.chats.values()) >= b + c, 60)


async def _latency(api: BotApi, count: int = 500) -> dict[str, Any]:
    """From the moment an update is there to the moment its answer's call has come, one at a time."""
    times = []
    for number in range(count):
        chat = 100_000 + number
        began = time.perf_counter()
        api.says(QUESTIONS[number % len(QUESTIONS)], chat=chat)
        await api.until(lambda c=chat: bool(api.chats[c]))
        times.append(1000 * (time.perf_counter() - began))
    times.sort()
    return {"update_to_call_ms": {"p50": round(statistics.median(times), 2), "p99": round(times[int(count * 0.99)], 2)}}


async def _memory(assistant: Assistant, updates: int) -> dict[str, Any]:
    """Resident memory after each tenth of the updates, through queue, handlers and calls, without sockets."""
    api, process = BotApi(), psutil.Process()
    api.keep = False
    wire = Wire(api)
    limiter = Limiter(overall_max_rate=0, group_max_rate=0)
    application = build_application(Settings(telegram_token=TOKEN), assistant, limiter, polls=wire, request=wire)
    sizes, began = [], time.perf_counter()
    async with application:
        await application.start()
        for number in range(updates):
            update = {"update_id": number + 1, "message": api.message(1 + number % 20_000, text=QUESTIONS[number % 5])}
            await application.update_queue.put(Update.de_json(update, application.bot))
            if number % (updates // 10) == 0:
                gc.collect()
                sizes.append(round(process.memory_info().rss / 2**20, 1))
        await application.stop()
    return {
        "updates": updates,
        "memory_mb": sizes,
        "updates_per_second_without_sockets": round(updates / (time.perf_counter() - began)),
    }


async def _alone(assistant: Assistant) -> float:
    from bot.core.message import Message

    times = []
    for number in range(1000):
        began = time.perf_counter()
        await assistant.handle(Message(QUESTIONS[number % len(QUESTIONS)]), None)
        times.append(1000 * (time.perf_counter() - began))
    return round(statistics.median(times), 3)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--messages", type=int, default=5000)
    parser.add_argument("--updates", type=int, default=100_000)
    options = parser.parse_args()
    figures = asyncio.run(measure(options.messages, options.updates))
    sys.stdout.write(json.dumps(figures, indent=2) + "\n")


if __name__ == "__main__":
    main()
