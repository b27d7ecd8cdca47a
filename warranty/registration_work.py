"""Registrations in people's work: what waits for headquarters and the auditor, and what a search finds."""

from collections.abc import Iterable
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.accounts.roles import Role, roles_of
from portal.core import show
from portal.core.registries import Hit, WorkItem, Worklist
from warranty.models import CorrectionEffect, RegistrationCorrection, UnitRegistration
from warranty.registration_wording import disagreement_word
from warranty.states import GRANTED, CorrectionStatus, RegistrationStatus
from warranty.wording import say_answer


def for_headquarters(user: Any) -> Iterable[Worklist]:
    """Registrations and corrections that somebody else filed; for the auditor claims granted under corrected values."""
    roles = roles_of(user)
    if roles & {Role.SERVICE_MANAGER, Role.REVIEWER}:
        filed = UnitRegistration.objects.visible_to(user).filter(status=RegistrationStatus.FILED)
        filed = filed.exclude(filed_by=user).select_related("unit__product_model", "station").order_by("pk")
        address = f"{reverse('registration_list')}?status=filed"
        yield Worklist("registrations", _("Registrations to approve"), filed, _registration, address)
        waiting = RegistrationCorrection.objects.visible_to(user).filter(status=CorrectionStatus.FILED)
        waiting = waiting.exclude(filed_by=user).select_related("registration__unit").order_by("pk")
        address = f"{reverse('correction_list')}?status=filed"
        yield Worklist("corrections", _("Corrections to decide"), waiting, _correction, address)
    if Role.AUDITOR in roles:
        effects = CorrectionEffect.objects.visible_to(user).filter(seen_at=None, claim_status__in=GRANTED)
        effects = effects.select_related("claim", "correction").order_by("pk")
        yield Worklist(
            "effects", _("Granted before a correction"), effects, _effect, reverse("effect_list"), tone="wait"
        )


def find_registrations(user: Any, text: str) -> Iterable[Hit]:
    """Corrections by number, registrations by serial number or invoice."""
    if user.has_perm("warranty.view_registrationcorrection"):
        rows = RegistrationCorrection.objects.visible_to(user).filter(number__icontains=text)
        for row in rows.select_related("registration__unit").order_by("-pk")[:5]:
            serial = row.registration.unit.serial_number
            yield Hit(_("Correction of a registration"), row.number, serial, row.get_absolute_url())
    if user.has_perm("warranty.view_unitregistration"):
        found = UnitRegistration.objects.visible_to(user).select_related("unit").order_by("-pk")
        for filed in found.filter(invoice_number=text)[:5] if text else ():
            yield Hit(_("Registration"), filed.number, filed.unit.serial_number, filed.get_absolute_url())


def _registration(filed: UnitRegistration) -> WorkItem:
    return WorkItem(
        filed.unit.serial_number,
        str(filed.unit.product_model),
        filed.get_absolute_url(),
        detail=_("sold %(day)s, filed %(filed)s")
        % {"day": show.day(filed.sale_date), "filed": show.day(filed.filed_on)},
        status=disagreement_word(filed) or str(filed.station or ""),
        tone="wait" if disagreement_word(filed) else "",
        action=_("Open"),
    )


def _correction(row: RegistrationCorrection) -> WorkItem:
    return WorkItem(
        row.number,
        row.registration.unit.serial_number,
        row.get_absolute_url(),
        detail=row.reason[:60],
        tone="wait" if row.changes_money else "calm",
        status=str(_("changes money")) if row.changes_money else "",
        action=_("Open"),
    )


def _effect(row: CorrectionEffect) -> WorkItem:
    return WorkItem(
        row.claim.number,
        f"{say_answer(row.answer_before)} → {say_answer(row.answer_after)}",
        reverse("effect_seen", args=[row.pk]),
        detail=f"{show.money(row.allowed_before)} → {show.money(row.allowed_after)} · {row.correction.number}",
        action=_("Look at it"),
    )
