"""Finding the department of a point on the map."""

from __future__ import annotations

import pytest

from bot.assistant import assemble_dialogue
from bot.home import home
from bot.knowledge.location import departments_around, distance_km
from bot.knowledge.model import Area, Base
from bot.settings import Settings


@pytest.fixture(scope="module")
def base() -> Base:
    return assemble_dialogue(home(), Settings()).base


def test_distances_are_those_on_the_globe() -> None:
    kansas_city = Area(39.0997, -94.5786, 1)
    assert distance_km(kansas_city, 39.0997, -94.5786) == 0
    assert distance_km(kansas_city, 38.6270, -90.1994) == pytest.approx(383, abs=3)
    assert distance_km(Area(0, 0, 1), 0, 180) == pytest.approx(20015, abs=1)


def test_every_department_with_an_area_is_found_at_its_middle(base: Base) -> None:
    for department in base.jurisdictions.values():
        if department.area:
            found = departments_around(base, department.area.latitude, department.area.longitude)
            assert department in found


def test_at_a_border_both_are_offered_the_deeper_first(base: Base) -> None:
    found = [department.id for department in departments_around(base, 39.1141, -94.6275)]
    assert {"kcpd", "kckpd"} <= set(found)


def test_far_away_there_is_none(base: Base) -> None:
    assert departments_around(base, 4.711, -74.0721) == ()
