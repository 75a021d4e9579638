"""Languages: which there are, their catalogs, and dates as each writes them (Babel).

The `.po` files are read at start, so no compiling step can be forgotten. Fuzzy entries are never shown.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from babel import Locale, UnknownLocaleError, negotiate_locale
from babel.dates import format_date, format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po
from babel.support import Translations

from .errors import DataError
from .knowledge import marked
from .knowledge.dates import PartialDate
from .knowledge.problems import Problems
from .knowledge.record import Record

DOMAIN = "amparo"


@dataclass(frozen=True, slots=True)
class LanguageInfo:
    """A row of locales.yaml."""

    code: str
    name: str
    live: bool
    called: tuple[str, ...]
    reading_index: str
    reading_limit: float
    never_say: tuple[str, ...]


class Catalog:
    """One language's interface strings and ways of writing."""

    def __init__(self, info: LanguageInfo, translations: Translations) -> None:
        self.info = info
        self._translations = translations
        self._locale = Locale.parse(info.code)

    @property
    def code(self) -> str:
        return self.info.code

    def gettext(self, message: str) -> str:
        """The message in this language; the English one where it is not translated."""
        return str(self._translations.ugettext(message))

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        return str(self._translations.ungettext(singular, plural, count))

    def date(self, when: PartialDate) -> str:
        """As precise as it is known: 2019, September 2019, September 3, 2019."""
        if not when.month:
            return str(when.year)
        if not when.day:
            return str(format_skeleton("yMMMM", when.first, locale=self._locale))
        return str(format_date(when.first, format="long", locale=self._locale))

    def language_name(self, code: str) -> str:
        """Another language's name in this one."""
        return str(Locale.parse(code, sep="-").get_display_name(self._locale) or code)

    @property
    def direction(self) -> str:
        """`ltr` or `rtl`."""
        return str(self._locale.text_direction)


class Languages:
    """All languages of the project; the first one listed is the default."""

    def __init__(self, catalogs: Mapping[str, Catalog]) -> None:
        self._catalogs = catalogs

    def __iter__(self) -> Iterator[Catalog]:
        return iter(self._catalogs.values())

    def __contains__(self, code: object) -> bool:
        return code in self._catalogs

    def __getitem__(self, code: str) -> Catalog:
        return self._catalogs[code]

    @property
    def codes(self) -> tuple[str, ...]:
        return tuple(self._catalogs)

    @property
    def default(self) -> Catalog:
        return next(iter(self))

    def negotiate(self, wanted: Iterable[str]) -> Catalog | None:
        """The first of the wanted languages (BCP 47 tags such as es-MX) that there is, or None."""
        available = list(self._catalogs)
        found = negotiate_locale([tag.replace("_", "-") for tag in wanted], available, sep="-")
        return self._catalogs.get(str(found)) if found else None


def load_languages(root: Path, drafts: bool = False) -> Languages:
    """The live languages below `root`/locales, and the drafts where asked for; raises DataError."""
    infos = [info for info in read_infos(root) if info.live or drafts]
    if not infos:
        raise DataError("locales/locales.yaml: no language has `status: live`; set it for one")
    return Languages({info.code: Catalog(info, _translations(root, info.code)) for info in infos})


def read_infos(root: Path) -> list[LanguageInfo]:
    """The rows of locales.yaml; raises DataError naming the line."""
    path = root / "locales" / "locales.yaml"
    problems = Problems()
    try:
        file = Record(marked.read(path), "locales/locales.yaml", problems, "locales.yaml")
    except (OSError, marked.SyntaxProblem) as error:
        raise DataError(f"locales/locales.yaml: {error}; it lists the languages") from error
    file.allow("locales")
    infos = [_info(code, record) for code, record in file.entries("locales", "language")]
    if problems:
        raise DataError(str(problems[0]))
    return infos


def _info(code: str, record: Record) -> LanguageInfo:
    record.allow("name", "status", "called", "reading", "never_say")
    status = record.text("status")
    if status not in ("live", "draft"):
        record.problem("bad-choice", f"`status: {status}`", "choose one of: live, draft")
    try:
        Locale.parse(code, sep="-")
    except (ValueError, UnknownLocaleError):
        record.problem("bad-id", f"`{code}` is not a language", "use a code such as pt or ht")
    reading = record.record("reading", "`reading`")
    return LanguageInfo(
        code=code,
        name=record.text("name"),
        live=status == "live",
        called=record.texts("called"),
        reading_index=reading.text("index") if reading else "",
        reading_limit=reading.number("limit") if reading else 0.0,
        never_say=record.texts("never_say"),
    )


def catalog_path(root: Path, code: str) -> Path:
    """Where a language's interface strings are."""
    return root / "locales" / code / "LC_MESSAGES" / f"{DOMAIN}.po"


def _translations(root: Path, code: str) -> Translations:
    path = catalog_path(root, code)
    if not path.exists():
        return Translations()
    compiled = io.BytesIO()
    try:
        with path.open("rb") as file:
            write_mo(compiled, read_po(file, locale=code, abort_invalid=True))
    except (PoFileError, UnicodeDecodeError, ValueError) as error:
        raise DataError(f"{path.relative_to(root)}: {error}; repair the file with a .po editor") from error
    compiled.seek(0)
    return Translations(compiled, DOMAIN)
