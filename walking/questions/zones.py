"""Time zones to choose from."""

from __future__ import annotations

from functools import lru_cache

from django.utils.translation import gettext_lazy as _

from walking.programme.weeks import zone_names

#: Parts of the zone database meant for machines and old data.
_NO_PLACES = {"Etc", "SystemV", "US", "Canada", "Brazil", "Chile", "Mexico", "posix", "right"}


@lru_cache(maxsize=1)
def zone_choices() -> list[tuple[object, list[tuple[str, str]]]]:
    """Return places by continent, with UTC at the end; the value is the IANA name."""
    places: dict[str, list[tuple[str, str]]] = {}
    for name in sorted(zone_names()):
        area, slash, place = name.partition("/")
        if slash and area not in _NO_PLACES:
            places.setdefault(area, []).append((name, place.replace("_", " ").replace("/", ", ")))
    return [*places.items(), (_("Other"), [("UTC", "UTC")])]


def has_zone(name: str) -> bool:
    """Return whether the choices contain ``name``."""
    return any(name == value for _area, zones in zone_choices() for value, _place in zones)
