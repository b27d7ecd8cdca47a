"""Headquarters' desk for recruiting: candidates with their log, classes of dealers and what they owe."""

from typing import Any

from django.contrib import admin
from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.core import clock
from portal.core.admin import OperationButton, ReadOnlyAdmin, ScopedAdmin, ScopedTabularInline
from portal.core.states import can_move
from stations import duties, recruiting
from stations.forms.applications import NoteForm
from stations.forms.recruiting import CarerForm, ChangeDutyForm, LossForm, TalkForm
from stations.models import (
    CandidateContact,
    CandidateOutlet,
    CandidateStatus,
    DealerClass,
    DealerDuty,
    NegotiationEntry,
)

S = CandidateStatus
RECRUIT = "stations.recruit_candidate"


def _talk(row: CandidateOutlet, values: dict[str, Any], actor: Any) -> None:
    recruiting.log_talk(row, actor=actor, **values)


def _assign(row: CandidateOutlet, values: dict[str, Any], actor: Any) -> None:
    recruiting.assign_candidate(row, actor=actor, **values)


def _negotiate(row: CandidateOutlet, values: dict[str, Any], actor: Any) -> None:
    recruiting.negotiate(row, actor=actor, **values)


def _invite(row: CandidateOutlet, _values: dict[str, Any], actor: Any) -> None:
    recruiting.invite_candidate(row, actor=actor)


def _lose(row: CandidateOutlet, values: dict[str, Any], actor: Any) -> None:
    recruiting.lose_candidate(row, actor=actor, **values)


def _reopen(row: CandidateOutlet, values: dict[str, Any], actor: Any) -> None:
    recruiting.take_up_again(row, actor=actor, **values)


def _set_duty(row: DealerDuty, values: dict[str, Any], actor: Any) -> None:
    duties.set_duty(row.dealer, actor=actor, **values)


class ContactInline(ScopedTabularInline):
    """Whom one calls."""

    model = CandidateContact
    fields = ["name", "position", "phone", "email", "is_main"]


class EntryInline(ScopedTabularInline):
    """What was said."""

    model = NegotiationEntry
    fields = ["talked_at", "channel", "actor", "summary", "next_step", "next_step_on"]


@admin.register(CandidateOutlet)
class CandidateOutletAdmin(ReadOnlyAdmin):
    """Candidates by stage, the next step in sight."""

    list_display = ["name", "status", "center", "division", "owner", "next_step_on", "next_step", "last_talk_at"]
    list_filter = ["status", "kind", "center__region"]
    list_select_related = ["center", "division", "owner"]
    search_fields = ["name", "name_en", "address", "contacts__name", "contacts__phone"]
    inlines = [ContactInline, EntryInline]
    operations = [
        OperationButton(
            "talk", _("Write down a talk"), _talk, permission=RECRUIT, form=TalkForm, style="primary",
            shown=lambda row: row.status != S.LOST, success=_("Written down."),
        ),
        OperationButton(
            "assign", _("Assign"), _assign, permission="stations.assign_candidate", form=CarerForm,
            shown=lambda row: row.status != S.LOST, success=_("Assigned."),
        ),
        OperationButton(
            "negotiate", _("Negotiate"), _negotiate, permission=RECRUIT, form=NoteForm,
            shown=lambda row: row.status != S.APPLIED and can_move(row, S.NEGOTIATING),
        ),
        OperationButton(
            "invite", _("Invite to apply"), _invite, permission="stations.invite_applicant",
            shown=lambda row: can_move(row, S.INVITED),
            intro=_("A link, also as QR code, by which this outlet applies on a phone, without an account."),
        ),
        OperationButton(
            "lose", _("Give up"), _lose, permission=RECRUIT, form=LossForm, style="danger",
            shown=lambda row: can_move(row, S.LOST),
        ),
        OperationButton(
            "reopen", _("Take up again"), _reopen, permission=RECRUIT, form=NoteForm,
            shown=lambda row: row.status == S.LOST,
        ),
    ]  # fmt: skip


@admin.register(DealerClass)
class DealerClassAdmin(ScopedAdmin):
    """Classes of dealers and the words of their obligations."""

    list_display = ["code", "name", "name_en", "must_build"]
    list_filter = ["must_build"]
    search_fields = ["code", "name", "name_en"]


class StandingFilter(admin.SimpleListFilter):
    """Who owes a station, and who is late."""

    title = _("Standing")
    parameter_name = "standing"

    def lookups(self, _request: HttpRequest, _model_admin: Any) -> list[tuple[str, Any]]:
        """Owing, near, late."""
        return [("owing", _("still to build")), ("due", _("due soon or overdue")), ("late", _("overdue"))]

    def queryset(self, _request: HttpRequest, queryset: models.QuerySet[Any]) -> models.QuerySet[Any]:
        """The chosen rows."""
        today = clock.today()
        if self.value() == "owing":
            return duties.owing(queryset)
        if self.value() == "due":
            return duties.due(queryset, today)
        return duties.owing(queryset).filter(build_by__lt=today) if self.value() == "late" else queryset


@admin.register(DealerDuty)
class DealerDutyAdmin(ReadOnlyAdmin):
    """Dealers by class and day."""

    list_display = ["dealer", "dealer_class", "center", "build_by", "note"]
    list_filter = [StandingFilter, "dealer_class", "center__region"]
    list_select_related = ["dealer", "dealer_class", "center"]
    search_fields = ["dealer__name", "dealer__name_en", "dealer__code"]
    date_hierarchy = "build_by"
    operations = [
        OperationButton(
            "set", _("Change class or day"), _set_duty, permission="stations.set_duty", form=ChangeDutyForm,
            style="primary", success=_("The dealer's class is set."),
        ),
    ]  # fmt: skip
