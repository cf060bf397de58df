"""Accounts: clinics, their staff and patients, the consent they gave, and who viewed whose record."""

from accounts.models.access import Access
from accounts.models.logo import ClinicLogo
from accounts.models.notice import ClinicNotice
from accounts.models.paper import PaperConsent, record_paper_consent
from accounts.models.people import (
    Clinic,
    Consent,
    Role,
    User,
    UserManager,
    UserQuerySet,
    record_consent,
    validate_timezone,
)
from accounts.models.token import AccessToken

__all__ = [
    "Access",
    "AccessToken",
    "Clinic",
    "ClinicLogo",
    "ClinicNotice",
    "Consent",
    "PaperConsent",
    "Role",
    "User",
    "UserManager",
    "UserQuerySet",
    "record_consent",
    "record_paper_consent",
    "validate_timezone",
]
