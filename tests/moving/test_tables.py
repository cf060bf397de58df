"""A clinic moves whole: every table goes along, or stays behind for a reason that is written down."""

from __future__ import annotations

from django.apps import apps

from walking.care.clinic_move.tables import STAYS, TABLES


def test_every_table_goes_along_or_stays_behind_for_a_reason() -> None:
    every = {model._meta.label for model in apps.get_models(include_auto_created=True)}
    going = {model._meta.label for model in TABLES}
    missing = every - going - set(STAYS)
    assert not missing, f"add to walking/care/clinic_move/tables.py: {sorted(missing)}"
    assert not going & set(STAYS)
    assert set(STAYS) <= every
    assert all(STAYS.values())


def test_a_row_finds_those_it_points_to() -> None:
    """Nothing that goes along points to a table that stays, or to one that comes later."""
    before: set[object] = set()
    for model in TABLES:
        before.add(model)
        for column in model._meta.concrete_fields:
            if column.is_relation:
                assert column.related_model in before, (model, column.name)
