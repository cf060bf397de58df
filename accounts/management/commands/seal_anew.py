"""``manage.py seal_anew``: re-encrypt secrets of two-step verification with the newest key, to remove older keys."""

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
        "Re-encrypt the seeds of authenticator apps and the recovery codes with SECRET_KEY, including those encrypted"
        " with one of SECRET_KEY_FALLBACKS. Then the older keys can be removed. Lists users whose seeds no key opens."
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
