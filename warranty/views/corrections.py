"""Correcting a registration: the form, its effect on every claim before it is filed, the decision, the auditor's look."""

import hashlib
from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.core import show
from portal.core.errors import Refusal
from portal.core.pages import Action, Column, Fact, NextStep, OperationView, ScopedDetailView, ScopedListView, Stat
from service.intake import customer_named, customer_on_file
from service.models import Customer
from warranty import corrections
from warranty.corrections.filing import preview
from warranty.corrections.values import LABELS, RECORDS, with_stored
from warranty.forms.claims import ReasonForm
from warranty.forms.registration import CorrectionForm, SeenForm
from warranty.models import CorrectionEffect, CorrectionStatus, RegistrationCorrection, UnitRegistration, WarrantyClaim
from warranty.registration import unit_named
from warranty.wording import say_answer

DECIDE = "warranty.decide_correction"


class CorrectRegistration(OperationView):
    """Two steps on one page: show the effect, then file; what was not shown is not filed."""

    model = UnitRegistration
    permission = "warranty.file_correction"
    template_name = "warranty/correction_form.html"
    form_class = CorrectionForm
    title = _("Correct the registration")
    intro = _("First you see what it would do to every claim of the unit; nothing is written before you file it.")
    submit_label = _("Show the effect")
    success_message = _("The correction is filed.")
    select_related = ("unit__product_model", "unit__customer", "customer")

    def get_initial(self) -> dict[str, Any]:
        now = corrections.values_of(self.object)
        return super().get_initial() | {
            "sale_date": now.sale_date,
            "handed_over_on": now.handed_over_on,
            "invoice_number": now.invoice_number,
            "invoice_on": now.invoice_on,
            "product_model": now.product_model,
            "serial_number": now.unit.serial_number,
            "customer_name": now.customer.name if now.customer else "",
        }

    def form_valid(self, form: Any) -> HttpResponse:
        try:
            after = self._after(form, self._buyer_on_file)
            effects = preview(self.object, after)
        except Refusal as refusal:
            return self.refused(form, str(refusal), refusal.field, status=409)
        shown = _digest(after, effects)
        if self.request.POST.get("then") == "file" and self.request.POST.get("shown") == shown:
            return super().form_valid(form)
        mine = _of_reader(effects, self.request.user)
        context = {
            "effects": mine,
            "foreign_count": len(effects) - len(mine),
            "shown": shown,
            "total": sum(effect.difference for effect in mine),
        }
        return self.render_to_response(self.get_context_data(form=form, **context))

    def operate(self, form: Any) -> RegistrationCorrection:
        with transaction.atomic():  # a buyer who was new is not kept of a correction that is refused
            after = self._after(form, self._buyer_kept)
            return corrections.file_correction(
                self.object, after=after, reason=form.cleaned_data["reason"], actor=self.request.user
            )

    def _buyer_on_file(self, name: str, phone: str) -> Customer:
        return customer_on_file(name=name, phone=phone) or Customer(name=name, phone=phone)

    def _buyer_kept(self, name: str, phone: str) -> Customer:
        return customer_named(name=name, phone=phone, actor=self.request.user)

    def _after(self, form: Any, buyer: Callable[[str, str], Customer]) -> corrections.Values:
        told = form.cleaned_data
        before = corrections.values_of(self.object)
        unit = before.unit
        if told["serial_number"] != unit.serial_number:
            unit = unit_named(told["serial_number"])
        customer = before.customer
        if told["customer_name"] and (customer is None or customer.name != told["customer_name"].strip()):
            customer = buyer(told["customer_name"].strip(), told["customer_phone"])
        moved = unit.pk != before.unit.pk
        return corrections.Values(
            sale_date=told["sale_date"],
            unit=unit,
            product_model=unit.product_model if moved else told["product_model"],
            handed_over_on=told["handed_over_on"],
            invoice_number=told["invoice_number"].strip(),
            invoice_on=told["invoice_on"],
            customer=customer,
        )


def _digest(after: corrections.Values, effects: Sequence[corrections.Effect]) -> str:
    """What the page showed, in short: the effect of other values, or of other claims, is shown first."""
    rows = [(effect.claim.pk, effect.answer_after, str(effect.allowed_after)) for effect in effects]
    return hashlib.sha256(repr((after, rows)).encode()).hexdigest()[:32]


def _of_reader(effects: Sequence[corrections.Effect], user: Any) -> list[corrections.Effect]:
    """The effects on claims of the reader's scope: a station learns nothing of another's."""
    claims = WarrantyClaim.objects.visible_to(user).filter(pk__in=[effect.claim.pk for effect in effects])
    seen = set(claims.values_list("pk", flat=True))
    return [effect for effect in effects if effect.claim.pk in seen]


class CorrectionList(ScopedListView):
    """Corrections, the newest first."""

    model = RegistrationCorrection
    permission = "warranty.view_registrationcorrection"
    export_permission = "warranty.export_lists"
    title = _("Corrections of registrations")
    columns = (
        Column("number", kind="number", small="registration__unit__serial_number"),
        Column("status", kind="badge"),
        Column("changes_money", kind=""),
        Column("reason", kind="name", on_phone=False),
        Column("filed_by", small=lambda row: show.moment(row.filed_at), on_phone=False),
        Column("decided_by", on_phone=False),
    )
    search_fields = ("number", "registration__unit__serial_number")
    filter_fields = ("changes_money", "filed_at")
    chips = "status"
    select_related = ("registration__unit", "filed_by", "decided_by")
    empty_text = _("No registration was corrected yet.")


class CorrectionDetail(ScopedDetailView):
    """What it changes, and what that means for each claim."""

    model = RegistrationCorrection
    permission = "warranty.view_registrationcorrection"
    template_name = "warranty/correction_detail.html"
    select_related = ("registration__unit__product_model", "registration__unit__customer", "registration__customer",
                      "registration__station", "filed_by", "decided_by")  # fmt: skip

    def get_subtitle(self) -> str:
        unit = self.get_object().registration.unit
        return f"{unit.serial_number} · {unit.product_model}"

    def next_step(self) -> NextStep | None:
        correction = self.get_object()
        if correction.status != CorrectionStatus.FILED:
            return None
        return NextStep(gettext("Somebody of headquarters other than its filer looks at the effect and decides."))

    def get_actions(self) -> Sequence[Action]:
        correction = self.get_object()
        if correction.status != CorrectionStatus.FILED:
            return []
        return [
            Action(_("Apply"), reverse("correction_apply", args=[correction.pk]), DECIDE, "primary"),
            Action(_("Refuse"), reverse("correction_refuse", args=[correction.pk]), DECIDE, "danger"),
        ]

    def facts(self) -> Sequence[Fact]:
        correction = self.get_object()
        filed = correction.registration
        return [
            Fact(_("Registration"), filed.number, filed.get_absolute_url()),
            Fact(_("Station"), filed.station),
            Fact(_("Filed by"), correction.filed_by),
            Fact(_("Filed at"), correction.filed_at),
            Fact(_("Decided by"), correction.decided_by),
            Fact(_("Decided at"), correction.decided_at),
        ]

    def stats(self) -> Sequence[Stat]:
        effects = self._effects()
        before, after = (sum(getattr(row, f"allowed_{when}") for row in effects) for when in ("before", "after"))
        return [
            Stat(_("Claims whose answer changes"), len(effects)),
            Stat(_("Allowed before"), show.money(before)),
            Stat(_("Allowed after"), show.money(after), show.money(after - before)),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        correction = self.get_object()
        return super().get_context_data(**kwargs) | {
            "changes": [
                (label, _shown(name, correction.before[name]), _shown(name, correction.after[name]))
                for name, label in LABELS.items()
                if name in correction.after
            ],
            "effects": self._effects(),
        }

    def _effects(self) -> list[Any]:
        """As kept when it was applied; before that as it would be now. A station sees those of its own claims."""
        correction = self.get_object()
        if "_shown_effects" not in self.__dict__:
            visible = CorrectionEffect.objects.visible_to(self.request.user).filter(correction=correction)
            rows: list[Any] = list(visible.select_related("claim__station").order_by("pk"))
            if correction.status == CorrectionStatus.FILED:
                rows = self._expected(correction)
            self.__dict__["_shown_effects"] = rows
        return list(self.__dict__["_shown_effects"])

    def _expected(self, correction: RegistrationCorrection) -> list[Any]:
        before = corrections.values_of(correction.registration)
        found = corrections.effects_of(correction.registration, before, with_stored(before, correction.after))
        return [row for row in _of_reader(found, self.request.user) if row.changes_money]


def _shown(name: str, value: Any) -> str:
    if not value:
        return show.NOTHING
    return str(value["text"] if name in RECORDS else value)


class ApplyCorrection(OperationView):
    """It happens."""

    model = RegistrationCorrection
    permission = DECIDE
    title = _("Apply the correction")
    intro = _("Open claims are judged again at once; granted ones are not touched and go on the auditor's list.")
    submit_label = _("Apply")
    success_message = _("The correction is applied.")

    def get_subtitle(self) -> str:
        return str(self.object)

    def operate(self, form: Any) -> RegistrationCorrection:
        return corrections.apply_correction(self.object, actor=self.request.user)


class RefuseCorrection(OperationView):
    """Nothing changes."""

    model = RegistrationCorrection
    permission = DECIDE
    title = _("Refuse the correction")
    submit_label = _("Refuse")
    success_message = _("The correction is refused.")
    form_class = ReasonForm
    danger = True

    def get_subtitle(self) -> str:
        return str(self.object)

    def operate(self, form: Any) -> RegistrationCorrection:
        return corrections.refuse_correction(self.object, actor=self.request.user, note=form.cleaned_data["reason"])


class EffectList(ScopedListView):
    """Claims whose answer changed by a correction; the auditor looks at those that were granted."""

    model = CorrectionEffect
    permission = "warranty.view_correctioneffect"
    export_permission = "warranty.export_lists"
    title = _("Claims touched by corrections")
    columns = (
        Column("claim__number", _("Claim"), kind="number", small="claim__serial_number",
               link=lambda row: row.claim.get_absolute_url()),
        Column("correction__number", pgettext_lazy("registration", "Correction"),
               link=lambda row: row.correction.get_absolute_url()),
        Column(lambda row: say_answer(row.answer_before), _("Before"), on_phone=False),
        Column(lambda row: say_answer(row.answer_after), _("After")),
        Column("allowed_before", kind="amount", on_phone=False),
        Column("allowed_after", kind="amount"),
        Column("claim_status", on_phone=False),
        Column("seen_at", kind="moment", small="note", on_phone=False),
    )  # fmt: skip
    search_fields = ("claim__number", "correction__number")
    filter_fields = ("claim_status", "seen_at")
    select_related = ("claim__station", "correction")
    empty_text = _("No correction has changed the answer of a claim.")


class LookAtEffect(OperationView):
    """The auditor has seen it."""

    model = CorrectionEffect
    permission = "warranty.look_at_effect"
    title = _("Paid before the correction")
    submit_label = _("Looked at")
    success_message = _("Noted.")
    form_class = SeenForm
    select_related = ("claim", "correction")

    def get_intro(self) -> str:
        effect = self.object
        text = gettext(
            "%(claim)s: %(before)s, %(old)s allowed; now %(after)s, %(new)s. Money is taken back by reversal only."
        )
        return text % {
            "claim": effect.claim,
            "before": say_answer(effect.answer_before),
            "old": show.money(effect.allowed_before),
            "after": say_answer(effect.answer_after),
            "new": show.money(effect.allowed_after),
        }

    def get_cancel_url(self) -> str:
        return reverse("effect_list")

    def operate(self, form: Any) -> str:
        corrections.look_at(self.object, actor=self.request.user, note=form.cleaned_data["note"])
        return reverse("effect_list")
