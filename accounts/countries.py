"""Emergency numbers by country: what a clinic's pages tell patients to call.

Sources: 112 in the European Union by Directive (EU) 2018/1972, article 109, and in the European Economic Area;
elsewhere the national numbering plans that the ITU publishes (Operational Bulletin, "National Numbering Plan"),
for an ambulance if a country has several. A clinic can enter another.
"""

from __future__ import annotations

from typing import Final

from django.utils.translation import gettext_lazy as _

#: ISO 3166-1 alpha-2, the name, and the number.
COUNTRIES: Final = (
    ("AU", _("Australia"), "000"),
    ("AT", _("Austria"), "112"),
    ("BE", _("Belgium"), "112"),
    ("BR", _("Brazil"), "192"),
    ("BG", _("Bulgaria"), "112"),
    ("CA", _("Canada"), "911"),
    ("HR", _("Croatia"), "112"),
    ("CY", _("Cyprus"), "112"),
    ("CZ", _("Czechia"), "112"),
    ("DK", _("Denmark"), "112"),
    ("EE", _("Estonia"), "112"),
    ("FI", _("Finland"), "112"),
    ("FR", _("France"), "112"),
    ("DE", _("Germany"), "112"),
    ("GR", _("Greece"), "112"),
    ("HK", _("Hong Kong"), "999"),
    ("HU", _("Hungary"), "112"),
    ("IS", _("Iceland"), "112"),
    ("IN", _("India"), "112"),
    ("IE", _("Ireland"), "112"),
    ("IT", _("Italy"), "112"),
    ("JP", _("Japan"), "119"),
    ("KR", _("Korea, South"), "119"),
    ("LV", _("Latvia"), "112"),
    ("LI", _("Liechtenstein"), "112"),
    ("LT", _("Lithuania"), "112"),
    ("LU", _("Luxembourg"), "112"),
    ("MY", _("Malaysia"), "999"),
    ("MT", _("Malta"), "112"),
    ("MX", _("Mexico"), "911"),
    ("NL", _("Netherlands"), "112"),
    ("NZ", _("New Zealand"), "111"),
    ("NO", _("Norway"), "112"),
    ("PL", _("Poland"), "112"),
    ("PT", _("Portugal"), "112"),
    ("RO", _("Romania"), "112"),
    ("SG", _("Singapore"), "995"),
    ("SK", _("Slovakia"), "112"),
    ("SI", _("Slovenia"), "112"),
    ("ES", _("Spain"), "112"),
    ("SE", _("Sweden"), "112"),
    ("CH", _("Switzerland"), "112"),
    ("TR", _("Türkiye"), "112"),
    ("UA", _("Ukraine"), "112"),
    ("GB", _("United Kingdom"), "999"),
    ("US", _("United States"), "911"),
)
CHOICES: Final = [(code, name) for code, name, _number in COUNTRIES]
_NUMBERS: Final = {code: number for code, _name, number in COUNTRIES}


def emergency_number(country: str) -> str:
    """Return the number of a country; empty for one that is not in the list."""
    return _NUMBERS.get(country, "")
