"""The following contract on its way: prepared, agreed to, signed, dropped; or signed on the spot."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core import show
from portal.core.pages import (
    Action,
    Column,
    Fact,
    NextStep,
    OperationView,
    ScopedDetailView,
    ScopedListView,
)
from portal.core.states import can_move
from stations import onboarding, renewals
from stations.forms.applications import ReasonForm
from stations.forms.contracts import AgreeForm, PrepareForm, SignForm
from stations.models import Renewal, RenewalStatus, Station


class RenewContract(OperationView):
    """Signed on the spot, without the station's yes in the portal: the paper lies on the table."""

    model = Station
    permission = "stations.renew_contract"
    form_class = SignForm
    title = _("Renew the contract")
    intro = _(
        "For a contract already signed on paper: it stands at once, begins where the last one ends, and its certificate is"
        " issued. To have the station agree in the portal first, prepare the renewal instead."
    )
    submit_label = _("Sign")
    success_message = _("Signed.")
    select_related = ["center", "dealer"]

    def get_subtitle(self) -> Any:
        return f"{self.object.code} {self.object}"

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"signatory": self.object.contact_name}

    def operate(self, form: Any) -> Any:
        return onboarding.renew_contract(self.object, actor=self.request.user, **form.values())


class PrepareRenewal(OperationView):
    model = Station
    permission = "stations.prepare_renewal"
    form_class = PrepareForm
    title = _("Prepare the renewal")
    intro = _(
        "The station's manager is told and agrees to these terms in the portal; then headquarters signs. If the paper is"
        " signed already, renew the contract instead."
    )
    submit_label = _("Send to the station")
    success_message = _("The station has been told.")
    select_related = ["center", "dealer"]

    def get_subtitle(self) -> Any:
        return f"{self.object.code} {self.object}"

    def operate(self, form: Any) -> Any:
        return renewals.prepare_renewal(self.object, actor=self.request.user, **form.values())


class RenewalList(ScopedListView):
    """Following contracts on their way."""

    model = Renewal
    permission = "stations.view_renewal"
    title = _("Renewals")
    columns = [
        Column("number", kind="number"),
        Column("station", small="station__center"),
        Column("months"),
        Column("status", kind="badge"),
        Column("prepared_at", kind="moment", small="prepared_by"),
        Column("agreed_at", kind="moment", small="signatory"),
    ]
    search_fields = ["number", "station__code", "station__name"]
    chips = "status"
    select_related = ["station__center", "prepared_by"]


class RenewalDetail(ScopedDetailView):
    """The terms, and whose turn it is."""

    model = Renewal
    permission = "stations.view_renewal"
    template_name = "stations/renewal_detail.html"
    select_related = ["station__center", "station__dealer", "contract", "prepared_by", "agreed_by"]
    prefetch_related = ["brands", "families", "divisions"]

    def get_subtitle(self) -> Any:
        return str(self.get_object().station)

    def next_step(self) -> NextStep | None:
        row, user = self.get_object(), self.request.user
        if row.status == RenewalStatus.PREPARED:
            may = user.has_perm("stations.agree_renewal", row)
            url = reverse("renewal_agree", args=[row.pk]) if may else ""
            return NextStep(_("The station's manager reads the terms and agrees."), _("Agree"), url, "wait")
        if row.status == RenewalStatus.AGREED:
            may = user.has_perm("stations.renew_contract", row)
            url = reverse("renewal_sign", args=[row.pk]) if may else ""
            return NextStep(_("Headquarters signs; the certificate is issued with it."), _("Sign"), url, "wait")
        return None

    def get_actions(self) -> Sequence[Action]:
        row = self.get_object()
        if not can_move(row, RenewalStatus.DROPPED):
            return []
        return [Action(_("Drop it"), reverse("renewal_drop", args=[row.pk]), "stations.drop_renewal", "danger")]

    def facts(self) -> Sequence[Fact]:
        row = self.get_object()
        return [
            Fact(_("Station"), row.station, row.station.get_absolute_url()),
            Fact(_("Prepared by"), row.prepared_by),
            Fact(_("Agreed by"), row.agreed_by),
            Fact(_("For the station"), row.signatory),
            Fact(_("Contract"), row.contract, row.contract.get_absolute_url() if row.contract else ""),
            Fact(_("Note"), row.note),
        ]


class RenewalOperation(OperationView):
    """Something done to a renewal."""

    model = Renewal
    select_related = ["station__center", "station__dealer"]

    def get_subtitle(self) -> Any:
        return f"{self.object.number} · {self.object.station}"


class AgreeRenewal(RenewalOperation):
    permission = "stations.agree_renewal"
    form_class = AgreeForm
    title = _("Agree to the renewal")
    submit_label = _("Agree")
    success_message = _("Agreed; headquarters has been told.")

    def get_intro(self) -> Any:
        first, last = renewals.term_of(self.object)
        text = _(
            "You agree to the terms as they stand: %(months)s months, from %(first)s to %(last)s, both days included."
            " Headquarters signs next."
        )
        return text % {"months": self.object.months, "first": show.day(first), "last": show.day(last)}

    def get_initial(self) -> dict[str, Any]:
        return super().get_initial() | {"signatory": self.object.station.contact_name}

    def operate(self, form: Any) -> Any:
        return renewals.agree_renewal(self.object, actor=self.request.user, **form.cleaned_data)


class SignRenewal(RenewalOperation):
    permission = "stations.renew_contract"
    title = _("Sign the renewal")
    intro = _("The following contract stands with the terms agreed, and its certificate is issued.")
    submit_label = _("Sign")
    success_message = _("Signed.")

    def operate(self, form: Any) -> Any:
        return renewals.sign_renewal(self.object, actor=self.request.user)


class DropRenewal(RenewalOperation):
    permission = "stations.drop_renewal"
    form_class = ReasonForm
    title = _("Drop the renewal")
    intro = _("Another one can be prepared afterwards.")
    submit_label = _("Drop it")
    success_message = _("Dropped.")
    danger = True

    def operate(self, form: Any) -> Any:
        return renewals.drop_renewal(self.object, actor=self.request.user, **form.cleaned_data)
