"""The verbs: `amparo VERB ...`. Each imports only what it needs, so that answering starts in about a second."""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from . import __version__
from .errors import AmparoError, UsageError
from .settings import Settings, read_settings

if TYPE_CHECKING:
    Verbs = argparse._SubParsersAction[argparse.ArgumentParser]

Verb = Callable[[argparse.Namespace, Settings], int]


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one verb; returns the exit status: 0 fine, 1 a problem in data or run, 2 wrong usage or setting."""
    options = _parser().parse_args(arguments)
    try:
        settings = read_settings()
        _log(settings)
        verb: Verb = options.run
        return verb(options, settings)
    except AmparoError as error:
        print(f"amparo: {error}", file=sys.stderr)
        return error.exit_status
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return 130
    except OSError as error:
        if error.filename is None:
            raise
        print(f"amparo: {error.filename}: {error.strerror}", file=sys.stderr)
        return 1


def _log(settings: Settings) -> None:
    logging.basicConfig(format="%(levelname)s %(name)s: %(message)s", level=settings.log_level.upper())
    for chatty in ("httpx", "httpcore", "telegram", "asyncio", "urllib3"):
        logging.getLogger(chatty).setLevel(logging.WARNING)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="amparo", description="Know-your-rights answers with source and date.")
    parser.add_argument("--version", action="version", version=__version__)
    verbs = parser.add_subparsers(metavar="VERB", required=True)
    for add in (_add_chat, _add_ask, _add_telegram, _add_web, _add_serve, _add_train, _add_evaluate):
        add(verbs)
    for add in (
        _add_check,
        _add_preview,
        _add_add,
        _add_locales,
        _add_review,
        _add_changes,
        _add_coverage,
        _add_poster,
        _add_test,
    ):
        add(verbs)
    return parser


def _add(verbs: Verbs, name: str, text: str, run: Verb) -> argparse.ArgumentParser:
    parser = verbs.add_parser(name, help=text, description=text)
    parser.set_defaults(run=run)
    return parser


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text}: expected a day such as 2027-01-31") from None


def _add_chat(verbs: Verbs) -> None:
    _add(verbs, "chat", "talk in the terminal (trains first where there is no current model)", _chat)


def _chat(_: argparse.Namespace, settings: Settings) -> int:
    from .channels.console import chat

    _train_if_due(settings)
    from .assistant import assemble

    asyncio.run(chat(assemble(settings)))
    return 0


def _train_if_due(settings: Settings) -> None:
    """Trains where the model is not current and Rasa is there; without Rasa an older model will do."""
    from .home import home
    from .nlu.models import find_model, model_path

    if settings.model or model_path(home(), settings).is_file():
        return
    from .nlu import train

    if train.has_rasa():
        train.train(home(), settings, force=False)
    else:
        older = find_model(home(), settings)
        print(f"amparo: the training data have changed since {older.name}; answering with it", file=sys.stderr)


def _add_ask(verbs: Verbs) -> None:
    parser = _add(verbs, "ask", "one answer, or a batch", _ask)
    parser.add_argument("text", nargs="?", help="the question")
    parser.add_argument("--locale", help="language of the answer, such as es")
    parser.add_argument("--department", help="police department, such as kcpd")
    parser.add_argument("--json", action="store_true", help="print the answer as JSON")
    parser.add_argument("--jsonl", action="store_true", help="a batch: one JSON object a line from stdin")
    parser.add_argument("--as-of", type=_day, metavar="DAY", help="answer as on another day")


def _ask(options: argparse.Namespace, settings: Settings) -> int:
    if options.jsonl == (options.text is not None):
        raise UsageError("ask: give one question in quotes, or --jsonl with the batch on stdin")
    from .assistant import assemble
    from .channels.batch import answer_lines
    from .channels.wire import plain_text, to_json
    from .core.message import Message

    today = (lambda: options.as_of) if options.as_of else date.today
    assistant = assemble(settings, today=today)

    async def run() -> None:
        if options.jsonl:
            sys.stdin.reconfigure(errors="replace")  # type: ignore[union-attr]
            async for line in answer_lines(assistant, sys.stdin):
                print(line, flush=True)
            return
        message = Message(options.text, locale=options.locale, department=options.department)
        reply = await assistant.handle(message, None)
        print(json.dumps(to_json(reply), ensure_ascii=False) if options.json else plain_text(reply))

    asyncio.run(run())
    return 0


def _add_telegram(verbs: Verbs) -> None:
    _add(verbs, "telegram", "Telegram, by long polling (default) or webhook", _telegram)


def _telegram(_: argparse.Namespace, settings: Settings) -> int:
    from .channels.telegram import run

    run(settings)
    return 0


def _add_web(verbs: Verbs) -> None:
    _add(verbs, "web", "HTTP interface, widget and demo page", _web)


def _web(_: argparse.Namespace, settings: Settings) -> int:
    from .channels.web import run

    run(settings, telegram=False)
    return 0


def _add_serve(verbs: Verbs) -> None:
    _add(verbs, "serve", "web and Telegram in one process", _serve)


def _serve(_: argparse.Namespace, settings: Settings) -> int:
    from .channels.web import run

    run(settings, telegram=True)
    return 0


def _add_train(verbs: Verbs) -> None:
    parser = _add(verbs, "train", "train the intent model with Rasa; skips where nothing has changed", _train)
    parser.add_argument("--force", action="store_true", help="train even if nothing has changed")


def _train(options: argparse.Namespace, settings: Settings) -> int:
    from .home import home
    from .nlu.train import train

    train(home(), settings, options.force)
    return 0


def _add_evaluate(verbs: Verbs) -> None:
    parser = _add(verbs, "evaluate", "measure accuracy per language, with a picture of the confusions", _evaluate)
    parser.add_argument("--folds", type=int, default=5, help="parts for cross-validation")
    parser.add_argument("--out", type=Path, default=Path("report"), help="folder for the report")
    parser.add_argument("--write", action="store_true", help="write the thresholds found to data/nlu/thresholds.yml")
    parser.add_argument("--against", choices=["stock"], help="also measure Rasa's stock pipelines on the same folds")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")


def _evaluate(options: argparse.Namespace, settings: Settings) -> int:
    from .evaluation.run import evaluate

    return evaluate(options)


def _add_check(verbs: Verbs) -> None:
    parser = _add(verbs, "check", "find every mistake in data/ and locales/", _check)
    parser.add_argument("--only", type=Path, metavar="FILE", help="show the problems of one file")
    parser.add_argument("--as-of", type=_day, metavar="DAY", help="check as on another day")
    parser.add_argument("--json", action="store_true", help="print the problems as JSON")
    parser.add_argument("--fix", action="store_true", help="first write every file in canonical form")


def _check(options: argparse.Namespace, settings: Settings) -> int:
    from .knowledge.report import check

    return check(options.only, options.as_of or date.today(), options.json, options.fix)


def _add_preview(verbs: Verbs) -> None:
    parser = _add(verbs, "preview", "claims, every language and both channels' rendering of one answer", _preview)
    parser.add_argument("department", help="department, state or us")
    parser.add_argument("topic", help="topic, such as victim_status")
    parser.add_argument(
        "--html", type=Path, metavar="FILE", help="write a page, with the differences to the last review"
    )


def _preview(options: argparse.Namespace, settings: Settings) -> int:
    from .channels.preview import preview, preview_page

    if options.html:
        options.html.write_text(preview_page(options.department, options.topic, settings), encoding="utf-8")
        print(options.html)
    else:
        print(preview(options.department, options.topic, settings))
    return 0


def _add_add(verbs: Verbs) -> None:
    parser = _add(verbs, "add", "first files of a new department or topic, with comments", _add_skeleton)
    parser.add_argument("what", choices=["department", "topic"])
    parser.add_argument("id", help="such as olathe_pd")
    parser.add_argument("--state", default="", help="state of a department, such as ks")
    parser.add_argument("--group", default="", help="group of a topic, such as rights")


def _add_skeleton(options: argparse.Namespace, settings: Settings) -> int:
    from .home import home
    from .knowledge import skeleton

    if options.what == "department":
        _told(skeleton.add_department(home(), options.id, options.state))
    else:
        _told(skeleton.add_topic(home(), options.id, options.group))
    return 0


def _told(paths: Sequence[Path]) -> None:
    for path in paths:
        print(path)
    print("now run: amparo check")


def _add_locales(verbs: Verbs) -> None:
    parser = _add(verbs, "locales", "what each language has and needs; `locales add pt` begins a new one", _locales)
    parser.add_argument("action", nargs="?", choices=["add"])
    parser.add_argument("code", nargs="?", default="", help="language to add, such as pt")
    parser.add_argument("--json", action="store_true", help="print the standings as JSON")


def _locales(options: argparse.Namespace, settings: Settings) -> int:
    from .home import home

    if options.action:
        from .knowledge.new_language import add_locale

        _told(add_locale(home(), options.code))
        return 0
    from .knowledge.languages import standings, table

    found = standings(home(), date.today())
    print(json.dumps([asdict(s) for s in found], ensure_ascii=False) if options.json else table(found))
    return 0


def _add_review(verbs: Verbs) -> None:
    parser = _add(verbs, "review", "what is due to be looked at again, the greatest risk first", _review)
    parser.add_argument("--as-of", type=_day, metavar="DAY", help="as on another day")
    parser.add_argument("--links", action="store_true", help="also open every source's address")
    parser.add_argument("--json", action="store_true", help="print the list as JSON")


def _review(options: argparse.Namespace, settings: Settings) -> int:
    from .knowledge.review import review

    return review(options.as_of or date.today(), options.links, options.json)


def _add_changes(verbs: Verbs) -> None:
    parser = _add(verbs, "changes", "what changed in the content, from the data's history in git", _changes)
    parser.add_argument("--since", type=_day, metavar="DAY", help="from this day on; without it 90 days back")


def _changes(options: argparse.Namespace, settings: Settings) -> int:
    from .knowledge.history import changes

    print(changes(options.since or date.today() - timedelta(days=90)))
    return 0


def _add_coverage(verbs: Verbs) -> None:
    parser = _add(verbs, "coverage", "which department answers what, as a table", _coverage)
    parser.add_argument("--write", action="store_true", help="write the table into README.md")


def _coverage(options: argparse.Namespace, settings: Settings) -> int:
    from .knowledge.coverage import coverage

    return coverage(options.write)


def _add_poster(verbs: Verbs) -> None:
    parser = _add(verbs, "poster", "a poster and wallet cards of one department as PDF", _poster)
    parser.add_argument("department", help="department, such as kcpd")
    parser.add_argument("--locale", default="", help="language of the poster, such as es")
    parser.add_argument("--telegram", default="", metavar="BOT", help="the bot's name, for its QR code")
    parser.add_argument("--url", default="", help="the site's address; without it AMPARO_PUBLIC_URL")
    parser.add_argument("--out", type=Path, default=Path(), help="folder for the files")


def _poster(options: argparse.Namespace, settings: Settings) -> int:
    from .assistant import assemble
    from .channels.poster import make_print, write
    from .nlu.scripted import ScriptedInterpreter

    assistant = assemble(settings, ScriptedInterpreter({}))
    locale = options.locale or settings.locale or assistant.languages.default.code
    work = make_print(assistant, options.department, locale, options.url or settings.public_url, options.telegram)
    for path in write(work, options.out):
        print(path)
    return 0


def _add_test(verbs: Verbs) -> None:
    parser = _add(verbs, "test", "the test suite", _test)
    parser.add_argument("pytest", nargs=argparse.REMAINDER, help="passed on to pytest")


def _test(options: argparse.Namespace, settings: Settings) -> int:
    _train_if_due(settings)
    return subprocess.call([sys.executable, "-m", "pytest", *options.pytest])


if __name__ == "__main__":
    sys.exit(main())
