"""From a point on the map to the department that serves it. Pure; the point is not kept."""

from __future__ import annotations

import math

from .model import Area, Base, Jurisdiction, Level

EARTH_KM = 6371.0


def distance_km(area: Area, latitude: float, longitude: float) -> float:
    """Great-circle distance (haversine) from the middle of the area, in kilometres."""
    one, other = math.radians(area.latitude), math.radians(latitude)
    across = math.radians(longitude - area.longitude)
    chord = math.sin((other - one) / 2) ** 2 + math.cos(one) * math.cos(other) * math.sin(across / 2) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(chord)))


def departments_around(base: Base, latitude: float, longitude: float) -> tuple[Jurisdiction, ...]:
    """The departments in whose circle the point lies, the deepest inside first.

    Circles overlap at borders (two Kansas Cities), so more than one may be right: depth is the distance from
    the middle as a part of the radius.
    """
    inside = [
        (
            distance_km(department.area, latitude, longitude) / department.area.radius_km,
            department.id,
            department,
        )
        for department in base.of_level(Level.DEPARTMENT)
        if department.area and department.area.radius_km > 0
    ]
    return tuple(department for depth, _, department in sorted(inside, key=lambda i: i[:2]) if depth <= 1)
