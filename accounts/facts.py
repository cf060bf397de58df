"""Facts: records that are written once and never edited; a correction is a new fact."""

from __future__ import annotations

from typing import Any, Never

from django.db import models


class FactIsFinal(TypeError):  # noqa: N818  (reads better where it is raised)
    """Raised when code tries to edit or delete a fact."""


class FactQuerySet[T: models.Model](models.QuerySet[T]):
    def update(self, **kwargs: Any) -> Never:
        raise FactIsFinal(f"{self.model.__name__} records are final: add a new one instead.")

    def bulk_update(self, *args: Any, **kwargs: Any) -> Never:
        raise FactIsFinal(f"{self.model.__name__} records are final: add a new one instead.")

    def delete(self) -> Never:
        raise FactIsFinal(
            f"{self.model.__name__} records are kept: only erasing a person removes them."
        )


class Fact(models.Model):
    """Base of the append-only records. Triggers in the database refuse an UPDATE as well."""

    objects = FactQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise FactIsFinal(f"{type(self).__name__} records are final: add a new one instead.")
        super().save(
            *args, force_insert=True, **{k: v for k, v in kwargs.items() if k != "force_insert"}
        )

    def delete(self, *args: Any, **kwargs: Any) -> Never:
        raise FactIsFinal(
            f"{type(self).__name__} records are kept: only erasing a person removes them."
        )
