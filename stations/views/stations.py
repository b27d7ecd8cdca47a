"""Stations: card, contracts, grade. Not here: their people (people)."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.pages import Action, Fact, NextStep, OperationView, ScopedDetailView
from stations import grading
from stations.documents import issue_grade_certificate
from stations.forms.people import GradeForm
from stations.models import Membership, Station, StationStatus, Technician
from stations.views.card import Card, gaps_of, next_step_of, read_card
from stations.views.coverage import service_card
from stations.views.lifecycle import standing_actions

SOON_DAYS = 60


class StationDetail(ScopedDetailView):
    """The station's card: may it work, under which contract, with which grade, with whom, and what to do next."""

    model = Station
    permission = "stations.view_station"
    template_name = "stations/station_detail.html"
    select_related = ["center__region", "dealer__principal"]

    def get_title(self) -> Any:
        return str(self.get_object())

    def get_subtitle(self) -> Any:
        row = self.get_object()
        return " · ".join([row.code, str(row.center.region), str(row.center)])

    @property
    def papers(self) -> Card:
        """What the card knows of contract, grade and eligibility, read once."""
        if not hasattr(self, "_papers"):
            self._papers = read_card(self.get_object(), clock.today())
        return self._papers

    def next_step(self) -> NextStep | None:
        return next_step_of(self.get_object(), self.papers, self.request.user)

    def get_actions(self) -> Sequence[Action]:
        row = self.get_object()
        pk = row.pk
        looking = [
            Action(_("People and skills"), reverse("station_people", args=[pk]), "stations.view_technician"),
            Action(_("Equipment"), reverse("station_equipment", args=[pk]), "stations.view_equipment"),
        ]
        if row.status == StationStatus.TERMINATED:
            return looking
        return [
            *looking,
            Action(_("Add a technician"), reverse("technician_add", args=[pk]), "stations.manage_staff", "primary"),
            Action(_("Add a clerk"), reverse("station_invite_clerk", args=[pk]), "stations.manage_staff"),
            Action(_("Invite the owner"), reverse("station_invite_owner", args=[pk]), "stations.invite_owner"),
            Action(_("Set the grade"), reverse("station_grade", args=[pk]), "stations.grade_station"),
            Action(_("Prepare the renewal"), reverse("renewal_prepare", args=[pk]), "stations.prepare_renewal"),
            Action(_("Renew the contract"), reverse("contract_renew", args=[pk]), "stations.renew_contract"),
            *standing_actions(row),
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
        here = Q(station=row) | Q(dealer=row.dealer)
        in_force = Q(valid_to=None) | Q(valid_to__gt=today)
        return super().get_context_data(**kwargs) | {
            "card": self.papers,
            "proofs": self.papers.proofs(),
            "gaps": gaps_of(row, self.papers, self.request.user),
            "may_see_contract": self.request.user.has_perm("stations.view_contract"),
            "staff": Membership.objects.filter(here).filter(in_force).select_related("user"),
            "technicians": _with_certificates(row, today),
            "today": today,
            **service_card(row),
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


class GradeCertificate(StationOperation):
    permission = "stations.certify_grade"
    title = _("Grade certificate")
    intro = _("The grade held today stands as a document with a QR code by which anybody can verify it.")
    submit_label = _("Issue")
    success_message = _("Issued.")

    def operate(self, form: Any) -> Any:
        document = issue_grade_certificate(self.object, actor=self.request.user)
        return reverse("document", args=[document.pk])
