"""All settings, read once from AMPARO_* environment variables. Secrets never show in repr or errors."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .errors import SettingError


@dataclass(frozen=True, slots=True)
class Setting:
    """A row of the settings table: its variable is AMPARO_ and the name."""

    name: str
    default: str
    meaning: str


TABLE = (
    Setting("HOME", "", "folder that holds data/ and locales/, where it is not the checkout or the package"),
    Setting("MODEL", "", "a trained model (tar.gz); without it the newest one in models/"),
    Setting("MODELS", "models", "folder for trained models"),
    Setting("DEPARTMENT", "", "department of this deployment, such as kcpd"),
    Setting("LOCALE", "", "language of this deployment where a message does not tell, such as es"),
    Setting("DRAFTS", "0", "1 also offers languages that are drafts"),
    Setting("SESSION_MINUTES", "30", "minutes after which a conversation is forgotten"),
    Setting(
        "REDIS_URL",
        "",
        "a Redis to keep conversations in, such as redis://127.0.0.1:6379/0; without it memory",
    ),
    Setting("LOG_LEVEL", "warning", "debug, info, warning or error; message text is logged at none of them"),
    Setting("HOST", "127.0.0.1", "address the web server listens on"),
    Setting("PORT", "8080", "port the web server listens on"),
    Setting("ALLOWED_ORIGINS", "", "comma-separated origins of pages that embed the widget, or * for any"),
    Setting("CORRECTIONS", "", "where people report a wrong answer: a web or mail address, shown with every answer"),
    Setting("PUBLIC_URL", "", "the web server's address as visitors see it, for links and QR codes"),
    Setting("TELEGRAM_TOKEN", "", "the bot's token from @BotFather (secret)"),
    Setting("TELEGRAM_API", "https://api.telegram.org", "base URL of the Bot API server"),
    Setting("TELEGRAM_WEBHOOK_URL", "", "public https address for updates; without it long polling"),
    Setting("TELEGRAM_WEBHOOK_SECRET", "", "secret that Telegram sends with each update (secret)"),
)
LOG_LEVELS = ("debug", "info", "warning", "error")


@dataclass(frozen=True, slots=True)
class Settings:
    """What an operator can choose. An empty text stands for not set."""

    model: str = ""
    models: Path = Path("models")
    department: str = ""
    locale: str = ""
    drafts: bool = False
    session_minutes: int = 30
    redis_url: str = field(default="", repr=False)
    log_level: str = "warning"
    host: str = "127.0.0.1"
    port: int = 8080
    allowed_origins: tuple[str, ...] = ()
    corrections: str = ""
    public_url: str = ""
    telegram_token: str = field(default="", repr=False)
    telegram_api: str = "https://api.telegram.org"
    telegram_webhook_url: str = ""
    telegram_webhook_secret: str = field(default="", repr=False)


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of this process; raises SettingError naming the variable."""
    given = os.environ if environment is None else environment
    values = {s.name: given.get(f"AMPARO_{s.name}", "").strip() or s.default for s in TABLE}
    unknown = [k for k in given if k.startswith("AMPARO_") and k[7:] not in values and not k.startswith("AMPARO_TEST_")]
    if unknown:
        raise SettingError(f"{unknown[0]}: there is no such setting; see the table in README.md")
    return Settings(
        model=values["MODEL"],
        models=Path(values["MODELS"]),
        department=values["DEPARTMENT"],
        locale=values["LOCALE"],
        drafts=_flag("DRAFTS", values["DRAFTS"]),
        session_minutes=_number("SESSION_MINUTES", values["SESSION_MINUTES"], 1, 1440),
        redis_url=_url("REDIS_URL", values["REDIS_URL"], ("redis://", "rediss://", "unix://")),
        log_level=_level(values["LOG_LEVEL"]),
        host=values["HOST"],
        port=_number("PORT", values["PORT"], 0, 65535),
        allowed_origins=tuple(o.strip().rstrip("/") for o in values["ALLOWED_ORIGINS"].split(",") if o.strip()),
        corrections=values["CORRECTIONS"],
        public_url=_url("PUBLIC_URL", values["PUBLIC_URL"], ("https://", "http://")).rstrip("/"),
        telegram_token=values["TELEGRAM_TOKEN"],
        telegram_api=_url("TELEGRAM_API", values["TELEGRAM_API"], ("https://", "http://")).rstrip("/"),
        telegram_webhook_url=_url("TELEGRAM_WEBHOOK_URL", values["TELEGRAM_WEBHOOK_URL"], ("https://", "http://")),
        telegram_webhook_secret=values["TELEGRAM_WEBHOOK_SECRET"],
    )


def _number(name: str, value: str, least: int, most: int) -> int:
    if not value.isdigit() or not least <= int(value) <= most:
        raise SettingError(f"AMPARO_{name}={value}: expected a whole number from {least} to {most}")
    return int(value)


def _flag(name: str, value: str) -> bool:
    if value not in ("0", "1"):
        raise SettingError(f"AMPARO_{name}={value}: expected 0 or 1")
    return value == "1"


def _level(value: str) -> str:
    if value.lower() not in LOG_LEVELS:
        raise SettingError(f"AMPARO_LOG_LEVEL={value}: expected one of {', '.join(LOG_LEVELS)}")
    return value.lower()


def _url(name: str, value: str, schemes: tuple[str, ...]) -> str:
    if value and not value.startswith(schemes):
        raise SettingError(f"AMPARO_{name}: expected an address that begins with {' or '.join(schemes)}")
    return value
