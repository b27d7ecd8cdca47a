"""Technicians: list, record, certificates, stars, transfers, and what stations lack."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.pages import Action, Column, Fact, OperationView, ScopedDetailView, ScopedListView, ScopedPage
from stations import people
from stations.forms.people import CertifyForm, RateForm, ReasonForm, TransferForm
from stations.gap_words import sentence_of
from stations.models import SkillCertificate, Station, StationGap, Technician, TechnicianTransfer
from stations.people.open_work import open_jobs_of
from stations.people.pictures import network_matrix
from stations.skill_documents import papers_of
from stations.training.learning import learning_record

MATRIX_STATIONS = 40


def _valid_certificates(row: Technician) -> str:
    return str(row.valid_count)  # type: ignore[attr-defined]


class TechnicianList(ScopedListView):
    """Technicians one sees, with how much they may do."""

    model = Technician
    permission = "stations.view_technician"
    export_permission = "stations.export_lists"
    title = _("Technicians")
    columns = [
        Column("name", kind="number", sort="name"),
        Column("station", small="station__code"),
        Column("phone"),
        Column("is_active", on_phone=False),
        Column(_valid_certificates, _("Valid certificates")),
    ]
    search_fields = ["name", "phone", "station__name"]
    filter_fields = ["station", "is_active"]
    ordering = ["name"]
    select_related = ["station"]
    empty_text = _("No technicians yet. Jobs are only offered to stations with a certified technician.")

    def get_queryset(self) -> Any:
        today = clock.today()
        valid = Q(certificates__valid_from__lte=today, certificates__valid_to__gt=today)
        return super().get_queryset().annotate(valid_count=Count("certificates", filter=valid))


class TechnicianDetail(ScopedDetailView):
    """What a technician may do, has learned, and how they are rated."""

    model = Technician
    permission = "stations.view_technician"
    template_name = "stations/technician_detail.html"
    select_related = ["station", "user"]

    def get_subtitle(self) -> Any:
        return str(self.get_object().station)

    def get_actions(self) -> Sequence[Action]:
        row = self.get_object()
        actions = [
            Action(
                _("Certify"), reverse("technician_certify", args=[row.pk]), "stations.certify_technician", "primary"
            ),
            Action(_("Rate"), reverse("technician_rate", args=[row.pk]), "stations.rate_technician"),
            Action(_("Ask for a transfer"), reverse("technician_transfer", args=[row.pk]), "stations.ask_transfer"),
        ]
        if row.is_active:
            retire = reverse("technician_retire", args=[row.pk])
            return [*actions, Action(_("No longer at work"), retire, "stations.manage_staff", "danger")]
        return [
            *actions,
            Action(_("At work again"), reverse("technician_reinstate", args=[row.pk]), "stations.manage_staff"),
        ]

    def facts(self) -> Sequence[Fact]:
        row = self.get_object()
        rating = people.stars_on(row)
        return [
            Fact(_("Station"), row.station, row.station.get_absolute_url()),
            Fact(_("Phone"), row.phone, f"tel:{row.phone}" if row.phone else ""),
            Fact(_("At work"), row.is_active),
            Fact(_("Log-in"), row.user.username if row.user else "–"),
            Fact(_("Stars"), "★" * rating.stars if rating else "–"),
            Fact(_("Rated because"), f"{rating.reason} ({rating.valid_from})" if rating else "–"),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row, today = self.get_object(), clock.today()
        record = learning_record(row)
        papers = papers_of(record.certificates)
        for certificate in record.certificates:
            certificate.is_valid = certificate.valid_on(today)  # type: ignore[attr-defined]
            certificate.paper = papers.get(certificate.pk)  # type: ignore[attr-defined]
        return super().get_context_data(**kwargs) | {"record": record, "open_jobs": open_jobs_of(row)}


class TechnicianOperation(OperationView):
    """Something done to a technician."""

    model = Technician
    select_related = ["station", "user"]

    def get_subtitle(self) -> Any:
        return f"{self.object} · {self.object.station}"


class Certify(TechnicianOperation):
    permission = "stations.certify_technician"
    form_class = CertifyForm
    title = _("Certify the technician")
    success_message = _("Certified.")

    def operate(self, form: Any) -> Any:
        people.certify(self.object, actor=self.request.user, **form.cleaned_data)
        return self.object


class Rate(TechnicianOperation):
    permission = "stations.rate_technician"
    form_class = RateForm
    title = _("Rate the technician")
    success_message = _("Rated.")

    def operate(self, form: Any) -> Any:
        people.rate_technician(self.object, actor=self.request.user, **form.cleaned_data)
        return self.object


class Retire(TechnicianOperation):
    permission = "stations.manage_staff"
    form_class = ReasonForm
    title = _("No longer at work")
    submit_label = _("Confirm")
    danger = True
    success_message = _("The technician is no longer at work, and every browser of theirs is logged out.")

    def get_intro(self) -> Any:
        jobs = open_jobs_of(self.object)
        if not jobs:
            return _("No more jobs go to the technician; what they did stays on record.")
        return _("Open jobs that somebody else must take: %(jobs)s.") % {"jobs": ", ".join(jobs)}

    def operate(self, form: Any) -> Any:
        people.retire_technician(self.object, actor=self.request.user, **form.cleaned_data)
        return self.object


class Reinstate(TechnicianOperation):
    permission = "stations.manage_staff"
    title = _("At work again")
    submit_label = _("Confirm")
    success_message = _("The technician is at work again.")

    def operate(self, form: Any) -> Any:
        return people.reinstate_technician(self.object, actor=self.request.user)


class AskTransfer(TechnicianOperation):
    permission = "stations.ask_transfer"
    form_class = TransferForm
    title = _("Ask for a transfer")
    intro = _("The region or headquarters consents; certificates and log-in go along.")
    submit_label = _("Ask")
    success_message = _("The region has been asked.")

    def operate(self, form: Any) -> Any:
        return people.ask_transfer(self.object, actor=self.request.user, **form.cleaned_data)


class RevokeCertificate(OperationView):
    model = SkillCertificate
    permission = "stations.revoke_certificate"
    form_class = ReasonForm
    title = _("Revoke the certificate")
    intro = _("From today it is worth nothing; the technician and the owner are told.")
    submit_label = _("Revoke")
    danger = True
    success_message = _("Revoked.")
    select_related = ["technician__station", "family"]

    def get_subtitle(self) -> Any:
        row = self.object
        return f"{row.technician} · {row.family} · {row.get_level_display()}"

    def operate(self, form: Any) -> Any:
        people.revoke_certificate(self.object, actor=self.request.user, **form.cleaned_data)
        return self.object.technician


class TransferList(ScopedListView):
    """Transfers asked for and decided."""

    model = TechnicianTransfer
    permission = "stations.view_techniciantransfer"
    title = _("Technician transfers")
    columns = [
        Column("technician", kind="number"),
        Column("from_station"),
        Column("to_station"),
        Column("status", kind="badge"),
        Column("asked_at", kind="moment"),
    ]
    chips = "status"
    select_related = ["technician", "from_station", "to_station"]


class TransferDetail(ScopedDetailView):
    """One wish and its answer."""

    model = TechnicianTransfer
    permission = "stations.view_techniciantransfer"
    select_related = ["technician", "from_station", "to_station", "asked_by", "decided_by"]

    def get_title(self) -> Any:
        return str(self.get_object())

    def get_actions(self) -> Sequence[Action]:
        row = self.get_object()
        if row.status != "asked":
            return []
        return [
            Action(_("Approve"), reverse("transfer_approve", args=[row.pk]), "stations.decide_transfer", "primary"),
            Action(_("Refuse"), reverse("transfer_refuse", args=[row.pk]), "stations.decide_transfer", "danger"),
            Action(_("Withdraw"), reverse("transfer_withdraw", args=[row.pk]), "stations.ask_transfer"),
        ]

    def facts(self) -> Sequence[Fact]:
        row = self.get_object()
        return [
            Fact(_("Technician"), row.technician),
            Fact(_("From"), row.from_station),
            Fact(_("To"), row.to_station),
            Fact(_("Reason"), row.reason),
            Fact(_("Asked by"), row.asked_by),
            Fact(_("Decided by"), row.decided_by or "–"),
        ]


class TransferOperation(OperationView):
    """A decision about a transfer."""

    model = TechnicianTransfer
    permission = "stations.decide_transfer"
    select_related = ["technician__station", "from_station", "to_station", "asked_by"]

    def get_subtitle(self) -> Any:
        return str(self.object)


class ApproveTransfer(TransferOperation):
    title = _("Approve the transfer")
    intro = _("The technician works at the other station at once, with certificates and log-in.")
    submit_label = _("Approve")
    success_message = _("Approved.")

    def operate(self, form: Any) -> Any:
        return people.approve_transfer(self.object, actor=self.request.user)


class RefuseTransfer(TransferOperation):
    title = _("Refuse the transfer")
    form_class = ReasonForm
    submit_label = _("Refuse")
    danger = True
    success_message = _("Refused.")

    def operate(self, form: Any) -> Any:
        return people.refuse_transfer(self.object, actor=self.request.user, **form.cleaned_data)


class WithdrawTransfer(TransferOperation):
    permission = "stations.ask_transfer"
    title = _("Withdraw the transfer")
    intro = _("The technician stays where they are.")
    submit_label = _("Withdraw")
    success_message = _("Withdrawn.")

    def operate(self, form: Any) -> Any:
        return people.withdraw_transfer(self.object, actor=self.request.user)


class GapList(ScopedListView):
    """What stations lack, the most urgent first."""

    model = StationGap
    permission = "stations.view_stationgap"
    export_permission = "stations.export_lists"
    title = _("Gaps")
    columns = [
        Column("station", small="station__code"),
        Column(sentence_of, _("What is lacking")),
        Column("kind"),
        Column("since", kind="day", sort="since"),
        Column("needed", on_phone=False),
        Column("held", on_phone=False),
    ]
    search_fields = ["station__name", "station__code"]
    filter_fields = ["station", "family", "item"]
    chips = "kind"
    ordering = ["since"]
    select_related = ["station", "family", "item", "equipment__item"]
    empty_text = _("Nothing is lacking: skills are covered, tools are there and calibrated.")


class SkillMatrix(ScopedPage):
    """Certified technicians by station and family, for whoever looks over several stations."""

    permission = "stations.view_skill_matrix"
    title = _("Skill matrix")
    template_name = "stations/skill_matrix.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        text = self.request.GET.get("q", "").strip()[:80]
        rows = Station.objects.visible_to(self.request.user).active().order_by("code")
        if text:
            rows = rows.filter(Q(code__holds=text) | Q(name__holds=text) | Q(center__region__name__holds=text))
        stations = list(rows[: MATRIX_STATIONS + 1])
        return super().get_context_data(**kwargs) | {
            "matrix": network_matrix(stations[:MATRIX_STATIONS], clock.today()),
            "search_value": text,
            "is_cut": len(stations) > MATRIX_STATIONS,
            "most": MATRIX_STATIONS,
        }
