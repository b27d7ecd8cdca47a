"""What warranty knows of a unit's life, and what may be done about it. Another station's claim is named by reference only."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import show
from portal.core.pieces import Action
from portal.core.scope import scope_of
from service.life import Happening, on_day
from service.models import InstalledUnit
from service.unit_history import MOST
from stations.models.products import in_language
from warranty.campaign_states import PAYING, CampaignStatus
from warranty.models import (
    CampaignUnit,
    ExtendedContract,
    FailedPart,
    GoodwillAuthorization,
    RegistrationCorrection,
    UnitRegistration,
    WarrantyClaim,
)
from warranty.states import CLAIM_TONES, NOT_HOLDING, CorrectionStatus, RegistrationStatus

KINDS = {
    "registration": gettext_lazy("Registration"),
    "claims": gettext_lazy("Claims"),
    "cover": gettext_lazy("Campaigns, extensions, goodwill"),
    "old_parts": gettext_lazy("Old parts"),
}


def happenings(unit: InstalledUnit, user: Any) -> Iterable[Happening]:
    """Four kinds, seven queries."""
    mine = _Sight(user)
    yield from _registrations(unit, mine)
    yield from _corrections(unit, mine)
    yield from _claims(unit, mine)
    yield from _campaigns(unit)
    if mine.everything:
        yield from _granted(unit)
    yield from _old_parts(unit, user)


class _Sight:
    """Whose rows the reader knows, asked once."""

    def __init__(self, user: Any) -> None:
        scope = scope_of(user)
        self.everything = scope.everything
        self.stations = frozenset(scope.of("station"))

    def sees(self, station_id: int | None) -> bool:
        return self.everything or station_id in self.stations


def _registrations(unit: InstalledUnit, mine: _Sight) -> Iterable[Happening]:
    rows = UnitRegistration.objects.filter(unit=unit).select_related("station")
    for filed in rows.order_by("-pk")[:MOST]:
        seen = mine.sees(filed.station_id)
        if not seen and filed.status != RegistrationStatus.APPROVED:
            continue
        who = str(filed.station or "") if seen else _("by another station")
        sold = _("sold %(day)s") % {"day": show.day(filed.sale_date)}
        title = _("Registration: %(status)s") % {"status": filed.get_status_display()}
        yield on_day(
            filed.filed_on,
            "registration",
            title,
            detail=" · ".join(filter(None, [sold, who])),
            number=filed.number if seen else "",
            url=filed.get_absolute_url() if seen else "",
            tone="good" if filed.status == RegistrationStatus.APPROVED else "",
        )


def _corrections(unit: InstalledUnit, mine: _Sight) -> Iterable[Happening]:
    rows = RegistrationCorrection.objects.filter(registration__unit=unit).select_related("registration")
    for row in rows.order_by("-pk")[:MOST]:
        if mine.sees(row.registration.station_id):
            applied = row.status == CorrectionStatus.APPLIED
            title = _("Registration corrected") if applied else str(row.get_status_display())
            at = row.decided_at or row.filed_at
            yield Happening(at, "registration", title, row.reason[:80], row.number, row.get_absolute_url())


def _claims(unit: InstalledUnit, mine: _Sight) -> Iterable[Happening]:
    rows = WarrantyClaim.objects.filter(serial_number=unit.serial_number).select_related("station", "fault_code")
    for claim in rows.order_by("-pk")[:MOST]:
        at = claim.submitted_at or claim.drafted_at
        if mine.sees(claim.station_id):
            money = claim.approved_total if claim.approved_total is not None else claim.claimed_total
            failed = _("failed %(day)s") % {"day": show.day(claim.failed_on)}
            detail = " · ".join(
                str(each) for each in (claim.station, claim.fault_code, failed, show.money(money)) if each
            )
            title = _("Claim: %(status)s") % {"status": claim.get_status_display()}
            tone = CLAIM_TONES[claim.status]
            yield Happening(
                at,
                "claims",
                title,
                detail,
                str(claim),
                claim.get_absolute_url(),
                tone if tone in {"good", "bad"} else "",
            )
        elif claim.status not in NOT_HOLDING:
            yield Happening(at, "claims", _("Already claimed by another station"), _("Ask headquarters."), claim.number)


def _campaigns(unit: InstalledUnit) -> Iterable[Happening]:
    rows = CampaignUnit.objects.filter(
        serial_number=unit.serial_number, campaign__status__in=[CampaignStatus.RELEASED, CampaignStatus.ENDED]
    ).select_related("campaign")
    for row in rows.order_by("-pk")[:MOST]:
        campaign = row.campaign
        used = _("used") if row.used_by else _("not used yet")
        name = in_language(campaign.name, campaign.name_en)
        title = _("Campaign opened: %(name)s") % {"name": name}
        yield on_day(campaign.valid_from, "cover", title, detail=used, number=campaign.code)


def _granted(unit: InstalledUnit) -> Iterable[Happening]:
    for contract in ExtendedContract.objects.filter(unit=unit).order_by("-pk")[:MOST]:
        months = _("%(months)s months on top") % {"months": contract.months}
        detail = f"{months} · {contract.get_status_display()}"
        yield on_day(contract.bought_on, "cover", _("Extended warranty bought"), detail=detail, number=contract.number)
    given = GoodwillAuthorization.objects.filter(unit=unit, status__in=PAYING, authorized_at__isnull=False)
    for goodwill in given.order_by("-pk")[:MOST]:
        until = _("good through %(day)s") % {"day": show.day(goodwill.expires_on)}
        detail = f"{until} · {goodwill.reason[:60]}"
        assert goodwill.authorized_at  # noqa: S101 asked for above
        yield Happening(goodwill.authorized_at, "cover", _("Goodwill authorized"), detail, goodwill.number)


def _old_parts(unit: InstalledUnit, user: Any) -> Iterable[Happening]:
    rows = FailedPart.objects.visible_to(user).filter(claim__serial_number=unit.serial_number)
    for piece in rows.select_related("part").order_by("-pk")[:MOST]:
        title = _("Old part %(part)s") % {"part": piece.part.number}
        at = piece.received_at
        detail = str(piece.get_status_display())
        if at is not None:
            yield Happening(at, "old_parts", title, detail, piece.number, piece.get_absolute_url())
        else:
            yield on_day(
                piece.requested_on, "old_parts", title, detail=detail, number=piece.number, url=piece.get_absolute_url()
            )


def registered_by(stations: Iterable[int]) -> Any:
    """The keys of the units whose sale these stations have registered."""
    rows = UnitRegistration.objects.filter(station__in=stations).exclude(status=RegistrationStatus.REFUSED)
    return rows.order_by().values("unit_id")


def acts(unit: InstalledUnit, user: Any) -> Iterable[Action]:
    """The question of its cover, and its registration where it has none."""
    asked = urlencode({"serial_number": unit.serial_number})
    yield Action(_("Is it covered?"), f"{reverse('coverage_question')}?{asked}", "warranty.ask_coverage")
    if unit.sold_on is None and user.has_perm("warranty.file_registration"):
        yield Action(_("Register a sale"), f"{reverse('registration_new')}?{asked}", "", "primary")
