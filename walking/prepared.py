"""Queries turned into SQL once, for a page requested all day: building them costs more than running them.

``Prepared(build)`` takes a function that makes a queryset, with a ``Parameter`` for each value that differs from one
request to the next. The first run compiles it, later ones only pass the values.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import itemgetter
from typing import Any, cast

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Expression, Field, Model, QuerySet
from django.db.models.query import get_related_populators
from django.db.models.sql.compiler import SQLCompiler


class Parameter(Expression):
    """A value of the type of ``output_field``, passed as ``name`` when the query is run."""

    def __init__(self, name: str, output_field: Field[Any, Any]) -> None:
        super().__init__(output_field=output_field)
        self.name = name

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        return "%s", (self,)

    def given(self, values: dict[str, Any], connection: BaseDatabaseWrapper) -> Any:
        return self.output_field.get_db_prep_value(values[self.name], connection)


class Prepared[M: Model]:
    """A queryset with ``Parameter``s. Its records include annotations and selected relations."""

    def __init__(self, build: Callable[[], QuerySet[M]]) -> None:
        self._build = build
        self._compiled: dict[str, _Compiled[M]] = {}

    def fetch(self, **values: Any) -> list[M]:
        """Return the records for these values of the parameters."""
        compiled = self._compiled.get(connection.vendor)
        if compiled is None:
            compiled = self._compiled[connection.vendor] = _Compiled(self._build())
        return compiled.run(values)


class PreparedRows:
    """A queryset of ``values_list`` with ``Parameter``s, or a union of several: values as the database returns them, so
    use it only for texts and whole numbers."""

    def __init__(self, build: Callable[[], QuerySet[Any, tuple[Any, ...]]]) -> None:
        self._build = build
        self._compiled: dict[str, tuple[str, tuple[Any, ...]]] = {}

    def fetch(self, **values: Any) -> list[tuple[Any, ...]]:
        """Return the rows for these values of the parameters."""
        if connection.vendor not in self._compiled:
            self._compiled[connection.vendor] = self._build().query.sql_with_params()
        sql, params = self._compiled[connection.vendor]
        with connection.cursor() as cursor:
            cursor.execute(sql, _given(params, values))
            return cursor.fetchall()


def _given(params: Iterable[Any], values: dict[str, Any]) -> list[Any]:
    return [
        each.given(values, connection) if isinstance(each, Parameter) else each for each in params
    ]


class _Compiled[M: Model]:
    """What Django's ``ModelIterable`` would work out again each time."""

    def __init__(self, queryset: QuerySet[M]) -> None:
        compiler = queryset.query.get_compiler(using=queryset.db)
        self.sql, self.params = compiler.as_sql()
        info, select = compiler.klass_info, compiler.select
        places = info["select_fields"]
        self.model = queryset.model
        self.own = slice(places[0], places[-1] + 1)
        self.names = [column[0].target.attname for column in select[self.own]]
        self.annotated = [
            (name, itemgetter(place)) for name, place in compiler.annotation_col_map.items()
        ]
        self.related = get_related_populators(
            info, select, queryset.db, cast("Any", queryset)._fetch_mode
        )
        self.converters = compiler.get_converters([column[0] for column in select])

    def run(self, values: dict[str, Any]) -> list[M]:
        with connection.cursor() as cursor:
            cursor.execute(self.sql, _given(self.params, values))
            return [self._record(list(row)) for row in cursor.fetchall()]

    def _record(self, row: list[Any]) -> M:
        for place, (convert, expression) in self.converters.items():
            for converter in convert:
                row[place] = converter(row[place], expression, connection)
        record = self.model.from_db(connection.alias, self.names, row[self.own])
        for populator in self.related:
            populator.populate(row, record)
        for name, of in self.annotated:
            setattr(record, name, of(row))
        return record
