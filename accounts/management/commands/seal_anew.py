"""``manage.py seal_anew``: seals what opens accounts with the newest key, so that older ones can go."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from cryptography.fernet import InvalidToken
from django.core.management import BaseCommand, CommandError
from django.db import transaction

from accounts.sealed import sealed_anew

SEALED = (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES)


class Command(BaseCommand):
    help = (
        "Seals the seeds of authenticator apps and recovery codes with SECRET_KEY, also those that one of"
        " SECRET_KEY_FALLBACKS has sealed. Afterwards the older keys can be taken out. Says whose seeds no key opens."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        lost = []
        with transaction.atomic():
            rows = Authenticator.objects.select_for_update(of=("self",)).filter(type__in=SEALED)
            count = 0
            for row in rows.select_related("user").order_by("pk"):
                try:
                    row.data = sealed_anew(row.data)
                except InvalidToken:
                    lost.append(row.user.email)
                    continue
                row.save(update_fields=["data"])
                count += 1
        self.stdout.write(f"{count} second factors are sealed with the newest key.")
        if lost:
            raise CommandError(
                "No key opens those of "
                + ", ".join(sorted(set(lost)))
                + ". Put the key that was SECRET_KEY before into"
                " SECRET_KEY_FALLBACKS and try again, or let them begin anew with reset_second_factor.",
                returncode=2,
            )
