"""Stations: list, card, contracts, grade. Not here: their people (people)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.pages import Action, Column, Fact, NextStep, OperationView, ScopedDetailView, ScopedListView
from stations import contracts, deposits, grading, onboarding
from stations.documents import certificate_of
from stations.forms.applications import RenewForm
from stations.forms.people import DepositForm, GradeForm
from stations.models import Contract, Membership, Station, Technician
from stations.views.lifecycle import standing_actions

SOON_DAYS = 60


class StationList(ScopedListView):
    """The network, as far as one sees it."""

    model = Station
    permission = "stations.view_station"
    export_permission = "stations.export_lists"
    title = _("Stations")
    columns = [
        Column("code", kind="number", sort="code"),
        Column(str, _("Station"), small="dealer", sort="name"),
        Column("center", small="center__region"),
        Column("kind"),
        Column("status", kind="badge"),
        Column("address", small="phone", on_phone=False),
        Column("opened_on", kind="day", sort="opened_on"),
    ]
    search_fields = ["code", "name", "name_en", "dealer__name", "address", "phone"]
    filter_fields = ["kind", "center"]
    chips = "status"
    ordering = ["code"]
    select_related = ["center__region", "dealer"]


class StationDetail(ScopedDetailView):
    """The station's card: may it work, under which contract, with which grade, with whom."""

    model = Station
    permission = "stations.view_station"
    template_name = "stations/station_detail.html"
    select_related = ["center__region", "dealer"]

    def get_title(self) -> Any:
        return str(self.get_object())

    def get_subtitle(self) -> Any:
        row = self.get_object()
        return " · ".join([row.code, str(row.center.region), str(row.center)])

    def next_step(self) -> NextStep | None:
        row = self.get_object()
        answer = contracts.is_dispatchable(row)
        if not answer:
            text = " ".join(str(reason) for reason in answer.reasons)
            return NextStep(text, tone="bad", heading=_("No new jobs"))
        contract = contracts.contract_on(row, clock.today())
        if contract and contract.valid_to - clock.today() <= timedelta(days=SOON_DAYS):
            text = _("The contract ends on %(day)s; sign a following one in time.") % {"day": contract.valid_to}
            may = self.request.user.has_perm("stations.renew_contract", row)
            url = reverse("contract_renew", args=[row.pk]) if may else ""
            return NextStep(text, _("Renew"), url, "wait")
        if not row.memberships.exists() and not row.dealer.memberships.exists():
            may = self.request.user.has_perm("stations.invite_owner", row)
            url = reverse("station_invite_owner", args=[row.pk]) if may else ""
            return NextStep(_("Nobody can log in for this station yet."), _("Invite the owner"), url, "wait")
        return None

    def get_actions(self) -> Sequence[Action]:
        row = self.get_object()
        pk = row.pk
        return [
            *standing_actions(row),
            Action(_("Invite the owner"), reverse("station_invite_owner", args=[pk]), "stations.invite_owner"),
            Action(_("Add a clerk"), reverse("station_invite_clerk", args=[pk]), "stations.manage_staff"),
            Action(_("Add a technician"), reverse("technician_add", args=[pk]), "stations.manage_staff", "primary"),
            Action(_("Set the grade"), reverse("station_grade", args=[pk]), "stations.grade_station"),
            Action(_("Renew the contract"), reverse("contract_renew", args=[pk]), "stations.renew_contract"),
        ]

    def facts(self) -> Sequence[Fact]:
        row = self.get_object()
        facts = [
            Fact(_("Kind"), row.get_kind_display()),
            Fact(_("Dealer"), row.dealer),
            Fact(_("Address"), row.address),
            Fact(_("Contact"), row.contact_name),
            Fact(_("Phone"), row.phone, f"tel:{row.phone}" if row.phone else ""),
            Fact(_("Opened on"), row.opened_on),
            Fact(_("Service radius"), f"{row.service_radius_km} km"),
        ]
        if row.longitude is not None:
            geo = f"geo:{row.latitude},{row.longitude}?q={row.latitude},{row.longitude}"
            facts.append(Fact(_("Position"), f"{row.latitude}, {row.longitude}", geo))
        return facts

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row, today = self.get_object(), clock.today()
        contract = contracts.contract_on(row, today) or row.contracts.order_by("-valid_from").first()
        here = Q(station=row) | Q(dealer=row.dealer)
        in_force = Q(valid_to=None) | Q(valid_to__gt=today)
        grade = grading.grade_on(row, today)
        return super().get_context_data(**kwargs) | {
            "grade": grade,
            "grade_tone": {"A": "", "B": "", "C": "wait", "D": "bad"}.get(grade, "calm"),
            "grade_row": row.grades.filter(valid_from__lte=today).order_by("-valid_from").first(),
            "contract": contract,
            "certificate": certificate_of(contract) if contract else None,
            "days_left": (contract.valid_to - today).days if contract and contract.in_force(today) else None,
            "staff": Membership.objects.filter(here).filter(in_force).select_related("user"),
            "technicians": _with_certificates(row, today),
            "today": today,
            "applications": row.application if hasattr(row, "application") else None,
        }


def _with_certificates(station: Station, today: Any) -> list[Technician]:
    people = list(station.technicians.order_by("-is_active", "name").prefetch_related("certificates__family"))
    for person in people:
        held = [each for each in person.certificates.all() if each.valid_to > today]
        for each in held:
            each.soon = each.valid_to - today <= timedelta(days=SOON_DAYS)  # type: ignore[attr-defined]
        person.held = held  # type: ignore[attr-defined]
    return people


class StationOperation(OperationView):
    """Something done to a station."""

    model = Station
    select_related = ["center", "dealer"]

    def get_subtitle(self) -> Any:
        return f"{self.object.code} {self.object}"

    def told(self, link: str) -> None:
        """The link stands once above the next page; only its hash is kept."""
        messages.info(self.request, gettext("Send this link; it is shown only now: %(link)s") % {"link": link})


class SetGrade(StationOperation):
    permission = "stations.grade_station"
    form_class = GradeForm
    title = _("Set the grade")
    intro = _("From that day on labor rate, automatic limit, allocation rank and dispatch weight follow the grade.")
    success_message = _("The grade is set.")

    def operate(self, form: Any) -> Any:
        grading.set_grade(self.object, actor=self.request.user, **form.cleaned_data)
        return self.object


class RenewContract(StationOperation):
    permission = "stations.renew_contract"
    form_class = RenewForm
    title = _("Renew the contract")
    intro = _("The following contract begins where the last one ends, and its certificate is issued.")
    submit_label = _("Sign")
    success_message = _("Signed.")

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"signatory": self.object.contact_name}

    def operate(self, form: Any) -> Any:
        return onboarding.renew_contract(self.object, actor=self.request.user, **form.cleaned_data)


class ContractDetail(ScopedDetailView):
    """A contract and its certificate."""

    model = Contract
    permission = "stations.view_contract"
    template_name = "stations/contract_detail.html"
    select_related = ["station__dealer", "application", "signed_by"]

    def get_subtitle(self) -> Any:
        return str(self.get_object().station)

    def get_actions(self) -> Sequence[Action]:
        deposit = reverse("contract_deposit", args=[self.get_object().pk])
        return [Action(_("Record the deposit"), deposit, "stations.receive_deposit", "primary")]

    def facts(self) -> Sequence[Fact]:
        row = self.get_object()
        return [
            Fact(_("Station"), row.station, row.station.get_absolute_url()),
            Fact(_("Valid from"), row.valid_from),
            Fact(_("Valid until (not included)"), row.valid_to),
            Fact(_("Signed on"), row.signed_on),
            Fact(_("For headquarters"), row.signed_by),
            Fact(_("For the station"), row.signatory),
            Fact(_("Security deposit due"), f"¥{row.deposit_due:,.2f}"),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.get_object()
        return super().get_context_data(**kwargs) | {
            "certificate": certificate_of(row),
            "is_in_force": row.in_force(clock.today()),
        }


class ReceiveDeposit(OperationView):
    model = Contract
    permission = "stations.receive_deposit"
    form_class = DepositForm
    title = _("Record the deposit")
    intro = _("The security deposit that arrived; it stands in the dealer account and never widens the credit limit.")
    success_message = _("Recorded.")
    select_related = ["station__dealer"]

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"amount": self.object.deposit_due}

    def operate(self, form: Any) -> Any:
        deposits.receive_deposit(self.object, actor=self.request.user, **form.cleaned_data)
        return self.object
