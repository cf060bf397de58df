"""Heartbeats of the scheduled jobs."""

from __future__ import annotations

from django.db import models


class Heartbeat(models.Model):
    """When a scheduled job last completed its work; readiness depends on it."""

    name = models.CharField(max_length=40, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
