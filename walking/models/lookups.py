"""The lookup ``among``: like ``in``, but passes all keys of a batch as one parameter instead of one each.

``Walk.objects.filter(plan_id__among=ids)`` takes any sized collection; an empty one finds nothing.
"""

from __future__ import annotations

import json
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import Field, ForeignKey, Lookup
from django.db.models.sql.compiler import SQLCompiler

from walking.bulk import array


@ForeignKey.register_lookup
@Field.register_lookup
class Among(Lookup):
    lookup_name = "among"
    prepare_rhs = False

    def as_sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        return self._sql(
            compiler, connection, "IN (SELECT value FROM json_each(%s))", json.dumps(self._keys())
        )

    def as_postgresql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper
    ) -> tuple[str, tuple[Any, ...]]:
        keys = array(self._keys())
        test = "= ANY(%s::bigint[])" if isinstance(keys, str) else "= ANY(%s)"
        return self._sql(compiler, connection, test, keys)

    def _keys(self) -> list[Any]:
        keys = list(self.rhs)
        if not keys:
            raise EmptyResultSet
        return keys

    def _sql(
        self, compiler: SQLCompiler, connection: BaseDatabaseWrapper, test: str, value: Any
    ) -> tuple[str, tuple[Any, ...]]:
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} {test}", (*params, value)
