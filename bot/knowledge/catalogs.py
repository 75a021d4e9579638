"""What must hold in the interface strings: complete, not fuzzy, the same placeholders (Babel's own checks)."""

from __future__ import annotations

import string
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.pofile import PoFileError, read_po

from ..i18n import DOMAIN, LanguageInfo, catalog_path
from .problems import Problems


def check_catalogs(root: Path, infos: tuple[LanguageInfo, ...], problems: Problems) -> None:
    """Adds a problem for every string that is missing, fuzzy, obsolete or has other placeholders."""
    template_path = root / "locales" / f"{DOMAIN}.pot"
    try:
        with template_path.open("rb") as file:
            template = {_key(m): m for m in read_po(file) if m.id}
    except (OSError, PoFileError) as error:
        problems.add((f"locales/{DOMAIN}.pot", 1), "catalog", str(error), "run: pybabel extract, see CONTRIBUTING.md")
        return
    for info in infos[1:]:
        _catalog(root, info, template, problems)


def _key(message: Message) -> str:
    return message.id if isinstance(message.id, str) else message.id[0]


def _catalog(root: Path, info: LanguageInfo, template: dict[str, Message], problems: Problems) -> None:
    path = catalog_path(root, info.code)
    name = path.relative_to(root).as_posix()
    try:
        with path.open("rb") as file:
            catalog = read_po(file, locale=info.code, abort_invalid=True)
    except (OSError, PoFileError, ValueError) as error:
        problems.add((name, 1), "catalog", str(error), "pybabel init creates it, see CONTRIBUTING.md")
        return
    found = {_key(message): message for message in catalog if message.id}
    missing = {key for key in template if (m := found.get(key)) is None or not all(strings_of(m))}
    if missing and not info.live:
        problems.add((name, 1), "catalog", f"{len(missing)} of {len(template)} strings are not translated")
    for key in sorted(missing) if info.live else ():
        line = found[key].lineno if key in found else None
        problems.add((name, line or 1), "catalog", f"not translated: `{key[:60]}`")
    for key in template.keys() - missing:
        message = found[key]
        if message.fuzzy:
            problems.add((name, message.lineno or 1), "catalog", f"fuzzy: `{key[:60]}`", "read it and remove the mark")
        elif any(_fields(text) != _fields(key) for text in strings_of(message)) and message.pluralizable is False:
            problems.add((name, message.lineno or 1), "catalog", f"other placeholders than `{key[:60]}`")
    for key in found.keys() - template.keys():
        problems.add((name, found[key].lineno or 1), "catalog", f"no longer used: `{key[:60]}`", "run pybabel update")


def strings_of(message: Message) -> tuple[str, ...]:
    """The translations of a message, several for plural forms."""
    return (message.string,) if isinstance(message.string, str) else tuple(message.string or ("",))


def _fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}
