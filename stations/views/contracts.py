"""Contracts: the queue, the record with its certificate and deposit, the following one on its way."""

from collections.abc import Sequence
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.core import clock, show
from portal.core.listing import PageFilterSet
from portal.core.pages import (
    Action,
    Column,
    Fact,
    NextStep,
    OperationView,
    ScopedDetailView,
    ScopedListView,
    Stat,
)
from portal.core.show import listed
from stations import contracts, deposits, renewals
from stations.documents import certificate_of
from stations.forms.contracts import BankForm
from stations.forms.people import DepositForm
from stations.models import Contract, OperationCenter, RenewalStatus, Station, StationStatus
from stations.payments import reference_of
from stations.views.accounts import ALREADY

STAGES = (
    ("7", _("ends within 7 days")),
    ("30", _("ends within 30 days")),
    ("60", _("ends within 60 days")),
    ("expired", _("ended without a following one")),
    ("deposit", _("deposit missing")),
    ("in_force", _("in force")),
)


def at_stage(rows: Any, stage: str) -> Any:
    """Contracts of one queue: ending, ended, deposit missing, in force."""
    today = clock.today()
    if stage.isdigit():
        return rows.filter(pk__in=contracts.ending_soon(today, int(stage)).values("pk"))
    if stage == "expired":
        ended = rows.filter(valid_to__lte=today).exclude(station__status=StationStatus.TERMINATED)
        return contracts.without_following(ended)
    if stage == "deposit":
        held = deposits.missing_deposits(rows)
        return held.filter(valid_to__gt=today).exclude(station__status=StationStatus.TERMINATED)
    return rows.filter(valid_from__lte=today, valid_to__gt=today)


class ContractFilter(PageFilterSet):
    """By queue and center."""

    stage = django_filters.ChoiceFilter(label=_("queue"), choices=STAGES, method="of_stage")
    center = django_filters.ModelChoiceFilter(
        label=_("operation center"), field_name="station__center", queryset=OperationCenter.objects.all()
    )

    class Meta:
        model = Contract
        fields: Sequence[str] = ()

    def of_stage(self, rows: Any, name: str, value: str) -> Any:
        """Rows of the queue."""
        return at_stage(rows, value)


def days_left(row: Contract) -> str:
    """Until its end, or since when it is over."""
    left = (row.valid_to - clock.today()).days
    if left > 0:
        return ngettext("%(days)s day left", "%(days)s days left", left) % {"days": left}
    return str(_("over"))


class ContractList(ScopedListView):
    """Contracts, those that end first on top."""

    model = Contract
    permission = "stations.view_contract"
    export_permission = "stations.export_lists"
    title = _("Contracts")
    columns = [
        Column("number", kind="number", small="signatory"),
        Column("station", small="station__center"),
        Column("valid_from", kind="day", sort="valid_from"),
        Column("valid_to", kind="day", small=days_left, sort="valid_to"),
        Column("deposit_due", kind="amount", on_phone=False),
        Column("deposit_held", _("deposit held"), kind="amount"),
        Column("station__status", _("Status"), kind="badge"),
    ]
    search_fields = ["number", "station__code", "station__name", "signatory"]
    filterset_class = ContractFilter
    ordering = ["valid_to"]
    select_related = ["station__center", "station__dealer"]

    def get_queryset(self) -> Any:
        return deposits.with_deposit(super().get_queryset())


class ContractDetail(ScopedDetailView):
    """A contract: its terms, its deposit, its certificate, what follows."""

    model = Contract
    permission = "stations.view_contract"
    template_name = "stations/contract_detail.html"
    select_related = ["station__dealer", "station__center", "application", "signed_by"]
    prefetch_related = ["brands", "families", "divisions"]

    def get_subtitle(self) -> Any:
        return str(self.get_object().station)

    def next_step(self) -> NextStep | None:
        row, today = self.get_object(), clock.today()
        if row.station.status == StationStatus.TERMINATED:
            return NextStep(_("The station has left the network."), tone="bad", heading=_("Over"))
        if not row.in_force(today):
            return None
        left = (row.valid_to - today).days
        if left > max(DAYS_SOON) or not Contract.objects.filter(pk=row.pk).filter(_is_last()).exists():
            return None
        return renewal_step(row.station, self.request.user, left)

    def get_actions(self) -> Sequence[Action]:
        row = self.get_object()
        found = [
            Action(
                _("Record the deposit"),
                reverse("contract_deposit", args=[row.pk]),
                "stations.receive_deposit",
                "primary",
            )
        ]
        if self.held > 0:
            back = reverse("contract_deposit_return", args=[row.pk])
            found.append(Action(_("Return the deposit"), back, "stations.return_deposit"))
        return found

    @property
    def held(self) -> Any:
        """The deposit held under this contract."""
        if not hasattr(self, "_held"):
            self._held = deposits.held_by(self.get_object())
        return self._held

    def stats(self) -> Sequence[Stat]:
        row, today = self.get_object(), clock.today()
        whole = max(1, (row.valid_to - row.valid_from).days)
        gone = min(100, max(0, int((today - row.valid_from).days * 100 / whole)))
        missing = row.deposit_due - self.held
        left = (row.valid_to - today).days
        tone = "bad" if left <= 0 else "wait" if left <= max(DAYS_SOON) else ""
        text = _("%(paid)s of %(due)s") % {"paid": show.money(self.held), "due": show.money(row.deposit_due)}
        return [
            Stat(_("Runs"), days_left(row), f"{show.day(row.valid_from)} – {show.day(row.valid_to)}", tone, share=gone,
                 share_tone=tone),
            Stat(_("Deposit held"), show.money(self.held), text, "wait" if missing > 0 else ""),
        ]  # fmt: skip

    def facts(self) -> Sequence[Fact]:
        row = self.get_object()
        return [
            Fact(_("Station"), row.station, row.station.get_absolute_url()),
            Fact(_("Valid from"), row.valid_from),
            Fact(_("Valid until (not included)"), row.valid_to),
            Fact(_("Brands"), listed(str(each) for each in row.brands.all())),
            Fact(_("Product families"), listed(str(each) for each in row.families.all()) or _("all of the brands")),
            Fact(_("Area"), listed(each.full_name for each in row.divisions.all())),
            Fact(_("Signed on"), row.signed_on),
            Fact(_("For headquarters"), row.signed_by),
            Fact(_("For the station"), row.signatory),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row = self.get_object()
        return super().get_context_data(**kwargs) | {
            "certificate": certificate_of(row),
            "is_in_force": row.in_force(clock.today()) and row.station.status != StationStatus.TERMINATED,
            "movements": deposits.movements(row),
            "columns": [
                Column("at", kind="moment"),
                Column("line", _("bank reference")),
                Column("amount", kind="amount"),
            ],
        }


DAYS_SOON = (60, 30, 7)


def _is_last() -> Any:
    later = Contract.objects.filter(station=OuterRef("station"), valid_from__gte=OuterRef("valid_to"))
    return ~Exists(later)


def renewal_step(station: Station, user: Any, left: int) -> NextStep:
    """What happens to a contract that ends soon: prepare, agree, or sign the following one."""
    open_one = station.renewals.filter(status__in=renewals.OPEN).first()
    tone = "bad" if left <= min(DAYS_SOON) else "wait"
    heading = ngettext("The contract ends in %(days)s day", "The contract ends in %(days)s days", left) % {"days": left}
    if open_one is None:
        may = user.has_perm("stations.prepare_renewal", station)
        url = reverse("renewal_prepare", args=[station.pk]) if may else ""
        return NextStep(_("Nobody has prepared a following one yet."), _("Prepare the renewal"), url, tone, heading)
    url = open_one.get_absolute_url() if user.has_perm("stations.view_renewal", open_one) else ""
    if open_one.status == RenewalStatus.PREPARED:
        return NextStep(
            _("The terms of the following one wait for the station."), _("To the terms"), url, tone, heading
        )
    return NextStep(_("The station has agreed; headquarters signs."), _("To the signature"), url, tone, heading)


class ReceiveDeposit(OperationView):
    model = Contract
    permission = "stations.receive_deposit"
    form_class = DepositForm
    title = _("Record the deposit")
    intro = _("The security deposit that arrived; it stands in the dealer account and never widens the credit limit.")
    success_message: str | Promise = _("Recorded.")
    select_related = ["station__dealer"]

    def get_initial(self) -> dict[str, Any]:
        missing = max(0, self.object.deposit_due - deposits.held_by(self.object))
        return super().get_initial() | {"amount": missing or None}

    def operate(self, form: Any) -> Any:
        known = {row.line: row for row in deposits.movements(self.object)}
        if earlier := known.get(reference_of(form.cleaned_data["bank_reference"])):
            self.success_message = ALREADY % {"day": show.day(earlier.at)}
        deposits.receive_deposit(self.object, actor=self.request.user, **form.cleaned_data)
        return self.object


class ReturnDeposit(OperationView):
    model = Contract
    permission = "stations.return_deposit"
    form_class = BankForm
    title = _("Return the deposit")
    intro = _("What went back to the dealer's bank account, at most what is held for this contract.")
    success_message = _("Recorded.")
    select_related = ["station__dealer"]

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"amount": deposits.held_by(self.object) or None}

    def operate(self, form: Any) -> Any:
        deposits.return_deposit(self.object, actor=self.request.user, **form.cleaned_data)
        return self.object
