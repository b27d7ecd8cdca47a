"""Tells a station's people about their claim. Not here: how a message reaches them (notifications)."""

from collections.abc import Mapping
from typing import Any

from django.db.models import Q
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.accounts.roles import Role
from portal.core import clock
from portal.core.notifications import notify
from portal.core.registries import Wording
from stations.inspections.people import members
from stations.models import Station
from warranty.models import (
    ClaimStatus,
    LimitFallback,
    RegionAudit,
    RegistrationCorrection,
    UnitRegistration,
    WarrantyClaim,
)

CLAIM_NOTICES: dict[str, Wording] = {
    ClaimStatus.APPROVED: _("Claim approved"),
    ClaimStatus.PARTIALLY_APPROVED: _("Claim partially approved"),
    ClaimStatus.REJECTED: _("Claim rejected"),
    ClaimStatus.IN_REVIEW: _("Claim in review"),
    ClaimStatus.INFO_REQUESTED: _("Headquarters asks about a claim"),
    ClaimStatus.REVERSED: _("Claim reversed"),
}
AUDIT_NOTICES: dict[str, Wording] = {
    "regionaudit.opened": _("Claim %(claim)s of %(station)s needs an audit by %(day)s"),
    "limitfallback.started": _(
        "Checks found errors: until %(half)s every claim is decided by a person, until %(full)s above half the limit"
    ),
}


def _held(facts: Mapping[str, Any]) -> str:
    """What has to come, until when, and what waits for it; messages from before 2026-11-23 do not know the day."""
    if "day" not in facts:
        return gettext("Claim %(claim)s waits for an appraisal: send the old parts back now (%(count)s)") % facts
    return (
        gettext(
            "Claim %(claim)s waits for an appraisal: %(count)s old parts have to arrive by %(day)s; nothing is paid before"
        )
        % facts
    )


def _asked(facts: Mapping[str, Any]) -> str:
    """The question, until when it is to be answered, and what happens else; messages from before know the claim only."""
    if "question" not in facts:
        return f"{CLAIM_NOTICES[ClaimStatus.INFO_REQUESTED]} {facts['claim']}"
    return gettext('Claim %(claim)s: headquarters asks "%(question)s". Answer by %(day)s, or it is rejected') % facts


NOTICES: dict[str, Wording] = {
    **AUDIT_NOTICES,
    "warrantyclaim.handed_over": _("Claim %(claim)s was handed to you by %(by)s"),
    "warrantyclaim.line_held": _held,
    "warrantyclaim.hold_released": _("Claim %(claim)s: line %(position)s can be decided, its appraisal is done"),
    **{f"warrantyclaim.{status}": format_lazy("{text} %(claim)s", text=text) for status, text in CLAIM_NOTICES.items()},
    f"warrantyclaim.{ClaimStatus.INFO_REQUESTED}": _asked,
    "unitregistration.approved": _("%(serial)s is registered: cover starts on %(day)s"),
    "unitregistration.refused": _("The registration of %(serial)s was refused"),
    "registrationcorrection.applied": _("Correction %(number)s of the registration of %(serial)s was applied"),
    "registrationcorrection.refused": _(
        "Correction %(number)s of the registration of %(serial)s was refused: %(reason)s"
    ),
}


def tell_station(claim: WarrantyClaim, status: str) -> None:
    """Owner and clerks of the station get a message of what the claim came to, linked to it, if that status has one."""
    kind = f"warrantyclaim.{status}"
    if kind in NOTICES:
        users, facts = list(people_of(claim.station)), {"claim": claim.number, **_question_of(claim, status)}
        notify(users, kind, facts, url=claim.get_absolute_url(), subject=claim)


def _question_of(claim: WarrantyClaim, status: str) -> dict[str, str]:
    """What headquarters asked last, and the last day for the answer, of a claim that came to be asked about."""
    if status != ClaimStatus.INFO_REQUESTED:
        return {}
    asked = claim.questions.order_by("-round").first()
    if asked is None:
        return {}
    return {"question": asked.question[:200], "day": clock.local_date(asked.due_at).isoformat()}


def tell_region(audit: RegionAudit) -> None:
    """The region's managers get a message that links to the audit."""
    facts = {"claim": audit.claim.number, "station": audit.station.code, "day": audit.due_on.isoformat()}
    users = members(Role.REGION_MANAGER, center=audit.station.center)
    notify(list(users), "regionaudit.opened", facts, url=audit.get_absolute_url(), subject=audit)


def tell_of_lowered_limit(lowered: LimitFallback) -> None:
    """The station's office is told how long its limit is lowered."""
    facts = {"half": lowered.half_from.isoformat(), "full": lowered.ended_on.isoformat()}
    users = list(people_of(lowered.station))
    notify(users, "limitfallback.started", facts, url=reverse("limit_fallback_list"), subject=lowered.station)


def tell_of_registration(filed: UnitRegistration) -> None:
    """Owner and clerks of the station that filed it get a message that links to the registration."""
    if filed.station is not None:
        facts = {"serial": filed.unit.serial_number, "day": filed.sale_date.isoformat()}
        kind = f"unitregistration.{filed.status}"
        notify(list(people_of(filed.station)), kind, facts, url=filed.get_absolute_url(), subject=filed)


def tell_of_correction(decided: RegistrationCorrection, *, reason: str = "") -> None:
    """Who filed it, and the office of the registration's station, get a message that links to the correction."""
    station = decided.registration.station
    people = {decided.filed_by, *(people_of(station) if station is not None else ())} - {decided.decided_by}
    facts = {"number": decided.number, "serial": decided.registration.unit.serial_number, "reason": reason}
    users = sorted(people, key=lambda user: user.pk)
    notify(users, f"registrationcorrection.{decided.status}", facts, url=decided.get_absolute_url(), subject=decided)


def people_of(station: Station) -> Any:
    """Users who act for the station in its office today, through the station or its dealer."""
    day = clock.today()
    return User.objects.filter(
        Q(memberships__station=station) | Q(memberships__dealer=station.dealer_id),
        Q(memberships__valid_to=None) | Q(memberships__valid_to__gt=day),
        memberships__valid_from__lte=day,
        memberships__role__in=[Role.STATION_OWNER, Role.STATION_CLERK],
        is_active=True,
    ).distinct()
