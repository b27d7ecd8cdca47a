"""Campaigns: drawn up, counted, released by a second person, followed unit by unit."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from portal.core import charts, clock, show
from portal.core.pages import (
    Action,
    Column,
    Fact,
    NextStep,
    OperationView,
    ScopedDetailView,
    ScopedListView,
    Stat,
    visible_or_404,
)
from warranty import campaigns
from warranty.forms.campaigns import EndForm, NewCampaignForm, NotifiedForm, ScopeForm, TermsForm
from warranty.forms.claims import ReasonForm
from warranty.models import Campaign, CampaignScope, CampaignStatus, CampaignUnit, ScopeWay, UnitStage

CHANGE = "warranty.change_campaign"


class CampaignList(ScopedListView):
    """All campaigns, the newest first."""

    model = Campaign
    permission = "warranty.view_campaign"
    export_permission = "warranty.export_lists"
    title = _("Service campaigns")
    columns = (
        Column("code", kind="number", small="local_name"),
        Column("kind"),
        Column("status", kind="badge"),
        Column("valid_from", kind="day", sort="valid_from"),
        Column("valid_to", kind="day", on_phone=False),
        Column("created_by", small="released_by", on_phone=False),
    )
    search_fields = ("code", "name", "name_en")
    filter_fields = ("kind", "valid_from")
    chips = "status"
    select_related = ("created_by", "released_by")
    empty_text = _("No campaigns yet. Draw up a recall or a service campaign and name its units.")

    def get_actions(self) -> Sequence[Action]:
        return [Action(_("New campaign"), reverse("campaign_new"), CHANGE, "primary")]


class CampaignDetail(ScopedDetailView):
    """How far it has come, month by month and station by station."""

    model = Campaign
    permission = "warranty.view_campaign"
    template_name = "warranty/campaign_detail.html"
    select_related = ("created_by", "released_by")

    def get_title(self) -> str:
        return str(self.get_object().code)

    def get_subtitle(self) -> str:
        row = self.get_object()
        return f"{row.local_name} · {row.get_kind_display()}"

    def progress(self) -> campaigns.Progress:
        """Read once."""
        if not hasattr(self, "_progress"):
            self._progress = campaigns.progress_of(self.get_object())
        return self._progress

    def next_step(self) -> NextStep | None:
        row, user = self.get_object(), self.request.user
        if row.status == CampaignStatus.DRAFT:
            if not self.progress().total:
                url = reverse("campaign_scope_new", args=[row.pk]) if user.has_perm(CHANGE, row) else ""
                return NextStep(_("Name the units of the campaign."), _("Add units"), url, "wait")
            may = user.has_perm("warranty.release_campaign", row)
            url = reverse("campaign_release", args=[row.pk]) if may else ""
            text = _("Another person than %(author)s looks through it and releases it.")
            label = pgettext_lazy("campaign", "Release")
            return NextStep(text % {"author": row.created_by or "–"}, label, url, "wait")
        if row.status == CampaignStatus.RELEASED and self.progress().notified < self.progress().total:
            url = reverse("campaign_notified", args=[row.pk]) if user.has_perm(CHANGE, row) else ""
            text = _("Owners of %(count)s units have not been told yet.")
            count = show.quantity(self.progress().total - self.progress().notified)
            return NextStep(text % {"count": count}, _("They were told"), url, "wait")
        return None

    def get_actions(self) -> Sequence[Action]:
        row = self.get_object()
        found = [Action(pgettext_lazy("campaign", "Units"), reverse("campaign_units", args=[row.pk]))]
        if row.is_draft:
            found.append(Action(pgettext_lazy("campaign", "Change"), reverse("campaign_change", args=[row.pk]), CHANGE))
        if row.status in {CampaignStatus.DRAFT, CampaignStatus.RELEASED}:
            found.append(Action(_("Add units"), reverse("campaign_scope_new", args=[row.pk]), CHANGE))
        if row.is_draft:
            found.append(Action(_("Drop it"), reverse("campaign_drop", args=[row.pk]), CHANGE, "danger"))
        if row.status == CampaignStatus.RELEASED:
            found.append(Action(_("End it"), reverse("campaign_end", args=[row.pk]), CHANGE, "danger"))
        return found

    def stats(self) -> Sequence[Stat]:
        found, row = self.progress(), self.get_object()
        units = reverse("campaign_units", args=[row.pk])

        def share(count: int) -> int:
            return round(100 * count / found.total) if found.total else 0

        return [
            Stat(pgettext_lazy("campaign", "Units"), show.quantity(found.total), url=units),
            Stat(
                UnitStage.NOTIFIED.label, show.quantity(found.notified), show.percent(share(found.notified)),
                url=f"{units}?stage=notified", share=share(found.notified),
            ),
            Stat(
                UnitStage.BOOKED.label, show.quantity(found.booked), show.percent(share(found.booked)),
                url=f"{units}?stage=booked", share=share(found.booked),
            ),
            Stat(
                UnitStage.DONE.label, show.quantity(found.done),
                _("%(percent)s, %(claimed)s claimed") % {
                    "percent": show.percent(share(found.done)), "claimed": show.quantity(found.claimed)
                },
                url=f"{units}?stage=done", share=share(found.done), share_tone="good",
            ),
        ]  # fmt: skip

    def facts(self) -> Sequence[Fact]:
        row = self.get_object()
        return [
            Fact(pgettext_lazy("campaign", "Repairs from"), show.day(row.valid_from)),
            Fact(pgettext_lazy("campaign", "Repairs before"), show.day(row.valid_to) if row.valid_to else "–"),
            Fact(_("Drawn up by"), row.created_by or "–"),
            Fact(_("Released by"), row.released_by or "–"),
            Fact(_("Released at"), show.moment(row.released_at) if row.released_at else "–"),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row, found = self.get_object(), self.progress()
        months = [clock.local(month).strftime("%Y-%m") for month, _done, _claims in found.months]
        series: dict[str | Promise, list[int | None]] = {
            str(UnitStage.CLAIMED.label): [claims for _month, _done, claims in found.months],
            str(_("Done, not claimed")): [done - claims for _month, done, claims in found.months],
        }
        picture = charts.stacked_chart(_("Units done by month"), months, series, unit=_("Month")) if months else ""
        return super().get_context_data(**kwargs) | {
            "picture": picture,
            "progress": found,
            "operations": row.operations.order_by("code"),
            "parts": row.parts.order_by("number"),
            "scopes": row.scopes.select_related("job_run", "drawn_up_by").order_by("-pk")[:20],
        }


class CampaignUnits(ScopedListView):
    """The units of one campaign, by how far they are."""

    model = CampaignUnit
    permission = "warranty.view_campaign"
    export_permission = "warranty.export_lists"
    columns = (
        Column(
            "serial_number", kind="lead", small=lambda row: row.unit.product_model.local_name if row.unit else "",
            link=lambda row: row.unit.get_absolute_url() if row.unit else "",
        ),
        Column("stage", kind="badge"),
        Column("notified_at", kind="moment", on_phone=False),
        Column("booked_at", kind="moment", on_phone=False),
        Column("done_at", kind="moment"),
        Column("station", on_phone=False),
        Column("used_by", _("Claim")),
    )  # fmt: skip
    search_fields = ("serial_number", "used_by")
    filter_fields = ("station", "done_at")
    chips = "stage"
    select_related = ("unit__product_model", "station")
    empty_text = _("No units here.")

    @property
    def campaign(self) -> Campaign:
        """The one in the address. Raises Http404."""
        if not hasattr(self, "_campaign"):
            self._campaign = visible_or_404(Campaign, self.request.user, pk=self.kwargs["pk"])
        return self._campaign

    def get_queryset(self) -> Any:
        return super().get_queryset().filter(campaign=self.campaign)

    def get_title(self) -> str:
        return str(_("Units of %(campaign)s")) % {"campaign": self.campaign.code}

    def get_subtitle(self) -> str:
        return self.campaign.local_name

    def get_actions(self) -> Sequence[Action]:
        return [Action(_("The campaign"), self.campaign.get_absolute_url())]


class CampaignNew(OperationView):
    """A draft."""

    permission = CHANGE
    title = _("New campaign")
    intro = _("A draft that pays nothing: name its units next, then another person releases it.")
    form_class = NewCampaignForm
    submit_label = _("Make a draft")
    draft = "campaign"

    def get_initial(self) -> dict[str, Any]:
        return {"valid_from": clock.today()}

    def get_cancel_url(self) -> str:
        return reverse("campaign_list")

    def operate(self, form: Any) -> Campaign:
        return campaigns.draw_up_campaign(actor=self.request.user, **form.cleaned_data)


class CampaignAct(OperationView):
    """Something done to one campaign."""

    model = Campaign
    permission = CHANGE

    def get_subtitle(self) -> str:
        return str(self.object)


class CampaignChange(CampaignAct):
    title = _("Change the campaign")
    form_class = TermsForm

    def get_initial(self) -> dict[str, Any]:
        row = self.object
        return {name: getattr(row, name) for name in campaigns.drawing_up.FIELDS} | {
            "operations": show.listed(row.operations.order_by("code").values_list("code", flat=True)),
            "parts": show.listed(row.parts.order_by("number").values_list("number", flat=True)),
        }

    def operate(self, form: Any) -> Campaign:
        return campaigns.change_campaign(self.object, actor=self.request.user, **form.cleaned_data)


class CampaignRelease(CampaignAct):
    permission = "warranty.release_campaign"
    title = _("Release the campaign")
    submit_label = pgettext_lazy("campaign", "Release")
    success_message = _("The campaign is released.")

    def get_intro(self) -> str:
        text = _("From %(day)s on its operations are paid in full, once on each of %(count)s units.")
        count = show.quantity(self.object.units.count())
        return str(text) % {"day": show.day(self.object.valid_from), "count": count}

    def operate(self, form: Any) -> Campaign:
        return campaigns.release_campaign(self.object, actor=self.request.user)


class CampaignEnd(CampaignAct):
    title = _("End the campaign")
    form_class = EndForm
    submit_label = _("End it")
    success_message = _("The end is set.")
    danger = True
    intro = _("Repairs from that day on are judged without the campaign.")

    def operate(self, form: Any) -> Campaign:
        return campaigns.end_campaign(self.object, actor=self.request.user, **form.cleaned_data)


class CampaignDrop(CampaignAct):
    title = _("Drop the campaign")
    form_class = ReasonForm
    submit_label = _("Drop it")
    danger = True

    def operate(self, form: Any) -> Campaign:
        return campaigns.drop_campaign(self.object, actor=self.request.user, **form.cleaned_data)


class CampaignNotified(CampaignAct):
    title = _("Owners were told")
    form_class = NotifiedForm
    submit_label = _("They were told")
    success_message = _("Noted.")

    def operate(self, form: Any) -> None:
        campaigns.notify_units(self.object, actor=self.request.user, **form.cleaned_data)


class ScopeNew(CampaignAct):
    """Units are named; what that would do is counted first."""

    title = _("Add units")
    intro = _("Nothing is added yet: the next page shows how many units it hits.")
    form_class = ScopeForm
    longest_text = 4_000_000  # 100,000 serial numbers, one a line
    submit_label = _("Count them")

    def operate(self, form: Any) -> CampaignScope:
        way = form.cleaned_data["way"]
        return campaigns.count_scope(self.object, way=way, given=form.given(), actor=self.request.user)


class ScopeDetail(ScopedDetailView):
    """What an addition does, before and after it."""

    model = CampaignScope
    permission = "warranty.view_campaign"
    template_name = "warranty/campaign_scope.html"
    select_related = ("campaign", "job_run", "drawn_up_by")

    def get_title(self) -> str:
        return str(_("Units to add to %(campaign)s")) % {"campaign": self.get_object().campaign.code}

    def get_subtitle(self) -> str:
        row = self.get_object()
        given = row.given
        if row.way == ScopeWay.RANGE:
            return f"{given['first']} – {given['last']}"
        if row.way == ScopeWay.PRODUCED:
            return f"{given['model_code']} · {given['since']} – {given['until']}"
        return str(row.get_way_display())

    def next_step(self) -> NextStep | None:
        row = self.get_object()
        if row.job_run is None:
            url = reverse("campaign_scope_add", args=[row.pk]) if self.request.user.has_perm(CHANGE) else ""
            return NextStep(_("Nothing is added yet."), _("Add these units"), url, "wait")
        text = _("%(count)s units were added.") if row.finished_at else _("%(count)s units were added so far.")
        done = text % {"count": show.quantity(row.added)}
        return NextStep(done, _("The job"), row.job_run.get_absolute_url(), "run")

    def get_actions(self) -> Sequence[Action]:
        return [Action(_("The campaign"), self.get_object().campaign.get_absolute_url())]

    def stats(self) -> Sequence[Stat]:
        counted = self.get_object().counted
        return [
            Stat(_("Units hit"), show.quantity(counted["hit"])),
            Stat(
                _("Not on file"), show.quantity(counted["unknown"]), _("added as well: covered once they are on file"),
                "wait" if counted["unknown"] else "",
            ),
            Stat(_("Already in the campaign"), show.quantity(counted["already"])),
        ]  # fmt: skip

    def facts(self) -> Sequence[Fact]:
        row = self.get_object()
        return [
            Fact(_("Campaign"), row.campaign, row.campaign.get_absolute_url()),
            Fact(_("Drawn up"), f"{show.moment(row.drawn_up_at)} · {row.drawn_up_by}"),
        ]


class ScopeAdd(OperationView):
    """The addition is carried out."""

    model = CampaignScope
    permission = CHANGE
    title = _("Add these units")
    submit_label = _("Add them")
    select_related = ("campaign",)

    def get_intro(self) -> str:
        counted = self.object.counted
        text = _("%(count)s serial numbers come into campaign %(campaign)s, in the background.")
        count = show.quantity(counted["hit"] + counted["unknown"])
        return str(text) % {"count": count, "campaign": self.object.campaign.code}

    def operate(self, form: Any) -> CampaignScope:
        return campaigns.add_units(self.object, actor=self.request.user)
