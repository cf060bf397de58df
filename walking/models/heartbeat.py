"""Signs of life of the clock."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """When a part of the clock last did its work; readiness is judged by it."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
