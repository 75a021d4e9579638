"""The `review` verb: what is due to be looked at again, the greatest risk first, with the question to ask."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from datetime import date, timedelta

from ..home import home
from ..i18n import read_infos
from .load import load
from .model import Base, Certainty, Claim, Source

GAP_DAYS = 365
"""Days after which a search that found nothing is to be done again."""


@dataclass(frozen=True, slots=True, order=True)
class Due:
    """One thing to do. `risk` orders kinds (0 is the worst), `since` is the day it was last right."""

    risk: int
    since: str
    kind: str
    what: str
    ask: str
    place: str


def due(base: Base, drafts: tuple[str, ...], today: date) -> list[Due]:
    """Expired and overdue claims that answers rest on, claims of low certainty, old gaps, draft texts."""
    answered = {name: a.topic for j in base.jurisdictions.values() for a in j.answers.values() for name in a.cites}
    found = [item for claim in base.claims.values() for item in _claim(base, claim, answered, today)]
    found += list(_gaps(base, today))
    found += list(_drafts(base, drafts))
    return sorted(found)


def _claim(base: Base, claim: Claim, answered: dict[str, str], today: date) -> Iterator[Due]:
    place = f"{claim.place.path}:{claim.place.line}"
    source = base.sources.get(claim.cites[0]) if claim.cites else None
    whom = source.publisher if source else "the source"
    if claim.id in answered and claim.effective_to and claim.effective_to.last < today:
        ask = f"What replaced it? Ask {whom}: {claim.says}"
        yield Due(0, str(claim.effective_to), "expired", claim.id, ask, place)
    elif claim.id in answered and base.review_due(claim) < today:
        yield Due(1 if claim.volatile else 2, str(claim.checked), "overdue", claim.id, _still(whom, claim), place)
    elif claim.sure is Certainty.LOW:
        ask = f"Is there a better source than {whom} for this? {claim.says}"
        yield Due(3, str(claim.checked), "low certainty", claim.id, ask, place)


def _still(whom: str, claim: Claim) -> str:
    return f"Ask {whom}, is this still so? {claim.says}"


def _gaps(base: Base, today: date) -> Iterator[Due]:
    for jurisdiction in base.jurisdictions.values():
        for gap in jurisdiction.gaps.values():
            if gap.searched.first + timedelta(days=GAP_DAYS) < today:
                ask = f"Has {jurisdiction.id} published anything since? {base.topics[gap.topic].question}"
                place = f"{gap.place.path}:{gap.place.line}"
                yield Due(4, str(gap.searched), "old gap", f"{jurisdiction.id} {gap.topic}", ask, place)


def _drafts(base: Base, drafts: tuple[str, ...]) -> Iterator[Due]:
    for code in drafts:
        texts = [t for j in base.texts[code].jurisdictions.values() for t in j.texts.values()]
        if texts:
            oldest = min(texts, key=lambda text: text.reviewed)
            ask = "Who reads this language natively, and can read every text before it goes live?"
            yield Due(
                5, str(oldest.reviewed), "draft language", f"{code}: {len(texts)} texts", ask, "locales/locales.yaml:1"
            )


def review(today: date, links: bool, as_json: bool) -> int:
    """Prints what is due; with `links` also opens every source's address. 1 where a link is broken, else 0."""
    root = home()
    infos = read_infos(root)
    base, _ = load(root, [info.code for info in infos])
    found = due(base, tuple(info.code for info in infos if not info.live), today)
    broken = broken_links(list(base.sources.values())) if links else []
    if as_json:
        rows = [{"source": source.id, "url": source.url, "problem": problem} for source, problem in broken]
        print(json.dumps({"due": [asdict(item) for item in found], "broken links": rows}, ensure_ascii=False))
        return 1 if broken else 0
    for item in found:
        print(f"{item.kind} since {item.since}: {item.what} ({item.place})\n    {item.ask}")
    for source, problem in broken:
        print(f"broken link: {source.id}: {source.url}: {problem} ({source.place.path}:{source.place.line})")
    print(f"{len(found)} due" + (f", {len(broken)} broken links of {len(base.sources)}" if links else ""))
    return 1 if broken else 0


def broken_links(sources: list[Source], seconds: float = 20) -> list[tuple[Source, str]]:
    """The sources whose address does not answer, with what it says. Eight at a time; each address once."""
    by_url = {source.url: source for source in sources}
    with ThreadPoolExecutor(8) as pool:
        answers = pool.map(lambda url: _opened(url, seconds), by_url)
    return [(source, answer) for source, answer in zip(by_url.values(), answers, strict=True) if answer]


def _opened(url: str, seconds: float) -> str:
    """What is wrong with an address, or nothing. Some sites refuse programs: 403 and 429 are not held against them."""
    request = urllib.request.Request(url, headers={"User-Agent": "Mozilla/5.0 (Amparo link check)"})
    try:
        with urllib.request.urlopen(request, timeout=seconds):
            return ""
    except urllib.error.HTTPError as error:
        return "" if error.code in (403, 429) else f"status {error.code}"
    except (OSError, ValueError) as error:
        return str(getattr(error, "reason", "")) or type(error).__name__
