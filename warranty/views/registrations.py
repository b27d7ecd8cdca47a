"""Pages of unit registrations: what was filed, one of them, and what headquarters does with it."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from portal.core import show
from portal.core.attachments import attachments_of
from portal.core.pages import Action, Column, Fact, NextStep, OperationView, ScopedDetailView, ScopedListView
from portal.core.transfer.kinds import ImportKind, kinds_for
from warranty import registration
from warranty.forms.claims import ReasonForm
from warranty.imports import KEY as IMPORT
from warranty.models import RegistrationStatus, UnitRegistration
from warranty.registration_wording import say_disagreements

APPROVE = "warranty.approve_registration"


class RegistrationList(ScopedListView):
    """Registrations of the user's scope, latest first."""

    model = UnitRegistration
    permission = "warranty.view_unitregistration"
    export_permission = "warranty.export_lists"
    title = _("Unit registrations")
    columns = (
        Column(
            "unit__serial_number", _("Serial number"), kind="number", small="unit__product_model__local_name",
            link=lambda row: row.get_absolute_url(),
        ),
        Column("status", kind="badge"),
        Column("sale_date", kind="day", sort="sale_date"),
        Column("filed_on", kind="day", sort="filed_on", small=lambda row: late_word(row)),
        Column("customer", on_phone=False),
        Column("invoice_number", on_phone=False),
        Column("station", on_phone=False),
    )  # fmt: skip
    search_fields = ("unit__serial_number", "customer__name", "invoice_number")
    filter_fields = ("station", "sale_date", "filed_on")
    chips = "status"
    ordering = ("-pk",)
    select_related = ("unit__product_model", "station", "customer")
    empty_text = _("No sale is registered yet. Cover starts on the sale day of an approved registration.")

    def import_kind(self) -> ImportKind | None:
        return next((kind for kind in kinds_for(self.request.user) if kind.key == IMPORT), None)

    def get_actions(self) -> Sequence[Action]:
        return [
            Action(_("Register a sale"), reverse("registration_new"), "warranty.file_registration", "primary"),
            *([Action(_("Register by file"), reverse("import_upload", args=[IMPORT]))] if self.import_kind() else []),
            Action(
                _("Corrections of registrations"), reverse("correction_list"), "warranty.view_registrationcorrection"
            ),
        ]


def late_word(filed: UnitRegistration) -> str:
    """Said beside the day of filing where it came too late to start the cover."""
    return gettext("too late to start the cover") if registration.is_late(filed) else ""


class RegistrationDetail(ScopedDetailView):
    """One registration: what was filed, its paper, its corrections."""

    model = UnitRegistration
    permission = "warranty.view_unitregistration"
    template_name = "warranty/registration_detail.html"
    select_related = (
        "unit__product_model", "product_model", "station", "customer", "filed_by", "decided_by",
    )  # fmt: skip

    def get_title(self) -> str:
        return str(self.get_object().unit.serial_number)

    def get_subtitle(self) -> str:
        filed = self.get_object()
        return f"{filed.number} · {filed.unit.product_model}"

    def next_step(self) -> NextStep | None:
        filed = self.get_object()
        if registration.is_late(filed):
            text = gettext(
                "Filed on %(filed)s, later than %(last)s: this registration is passed over. Cover starts with the invoice"
                " date on file, else with the ship date and the grace period."
            )
            last = registration.last_day_to_file(filed.sale_date)
            return NextStep(text % {"filed": filed.filed_on, "last": last}, tone="wait", heading=_("Too late"))
        wrong = " ".join(say_disagreements(filed))
        if filed.status == RegistrationStatus.FILED and wrong:
            return NextStep(wrong, tone="wait", heading=_("Compare the days with the papers"))
        if filed.status == RegistrationStatus.FILED:
            return NextStep(_("Headquarters compares it with the papers and approves it; then cover starts."))
        return None

    def facts(self) -> Sequence[Fact]:
        filed = self.get_object()
        return [
            Fact(_("Sold on"), filed.sale_date),
            Fact(_("Handed over on"), filed.handed_over_on),
            Fact(_("Customer"), filed.customer),
            Fact(_("Phone"), filed.customer.masked_phone if filed.customer else None),
            Fact(_("Invoice number"), filed.invoice_number or None),
            Fact(_("Invoice date"), filed.invoice_on),
            Fact(_("Model on the plate"), filed.product_model),
            Fact(_("Station"), filed.station),
            Fact(_("Filed on"), filed.filed_on),
            Fact(_("Filed by"), filed.filed_by),
            Fact(_("Decided by"), filed.decided_by),
            Fact(pgettext_lazy("registration", "Version"), filed.version),
        ]

    def get_actions(self) -> Sequence[Action]:
        filed = self.get_object()
        if filed.status == RegistrationStatus.FILED:
            return [
                Action(_("Approve"), reverse("registration_approve", args=[filed.pk]), APPROVE, "primary"),
                Action(_("Refuse"), reverse("registration_refuse", args=[filed.pk]), APPROVE, "danger"),
            ]
        if filed.status == RegistrationStatus.APPROVED:
            return [Action(_("Correct"), reverse("registration_correct", args=[filed.pk]), "warranty.file_correction")]
        return []

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        filed, user = self.get_object(), self.request.user
        units = type(filed.unit).objects.visible_to(user)
        return super().get_context_data(**kwargs) | {
            "papers": attachments_of(filed),
            "corrections": filed.corrections.order_by("-pk"),
            "sees_unit": user.has_perm("service.view_installedunit") and units.filter(pk=filed.unit_id).exists(),
            "columns": [
                Column("number", kind="number", small=lambda row: show.moment(row.filed_at)),
                Column("status", kind="badge"),
                Column("reason", kind="name"),
            ],
        }


class ApproveRegistration(OperationView):
    """Cover starts."""

    model = UnitRegistration
    permission = APPROVE
    title = _("Approve the registration")
    submit_label = _("Approve")
    success_message = _("The registration is approved.")
    select_related = ("unit",)

    def get_intro(self) -> str:
        filed = self.object
        if registration.is_late(filed):
            return gettext("It was filed too late: approved, it is kept, but cover does not start with it.")
        text = gettext(
            "Cover of %(serial)s starts on %(day)s. Compare serial number, day and customer with the invoice."
        )
        said = text % {"serial": filed.unit.serial_number, "day": filed.sale_date}
        return " ".join([said, *say_disagreements(filed)])

    def operate(self, form: Any) -> UnitRegistration:
        return registration.approve_registration(self.object, actor=self.request.user)


class RefuseRegistration(OperationView):
    """It does not count."""

    model = UnitRegistration
    permission = APPROVE
    title = _("Refuse the registration")
    intro = _("The station reads your reason and may file the sale again.")
    submit_label = _("Refuse")
    success_message = _("The registration is refused.")
    form_class = ReasonForm
    danger = True

    def operate(self, form: Any) -> UnitRegistration:
        return registration.refuse_registration(self.object, actor=self.request.user, note=form.cleaned_data["reason"])
