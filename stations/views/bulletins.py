"""The library: documents to find, to read and to confirm; headquarters writes, publishes and withdraws them."""

from collections.abc import Sequence
from difflib import ndiff
from typing import Any, ClassVar

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core import clock
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
from portal.core.show import day, listed, percent
from stations import bulletins
from stations.bulletins import Audience
from stations.forms.bulletins import BulletinFilter, BulletinForm, WithdrawForm
from stations.models import (
    Bulletin,
    BulletinReading,
    BulletinStatus,
    GradeLetter,
    ProductFamily,
    Region,
    StationKind,
)

S = BulletinStatus


def reads(user: Any) -> bool:
    """Whether the user confirms documents, rather than publishing them or looking on."""
    return bool(user.has_perm("stations.read_bulletin"))


def _read_mark(row: Bulletin) -> Any:
    if row.status != S.PUBLISHED:
        return row.get_status_display()
    return _("read") if row.is_read else _("not read yet")  # type: ignore[attr-defined]


def _until(row: Bulletin) -> Any:
    return _("must be read by %(day)s") % {"day": day(row.read_by)} if row.must_read else ""


class BulletinList(ScopedListView):
    """What stations are told; unread first for those who read, drafts first for those who write."""

    model = Bulletin
    permission = "stations.view_bulletin"
    export_permission = "stations.export_lists"
    title = _("Documents and bulletins")
    columns: ClassVar[Sequence[Column]] = (
        Column("number", kind="number", small=lambda row: _("version %(version)s") % {"version": row.version}),
        Column("local_title", _("Title"), small=_until),
        Column("kind"),
        Column("published_at", kind="day", sort="published_at"),
    )
    search_fields = ("number", "title", "title_en")
    filterset_class = BulletinFilter
    ordering = ("is_read", "-must_read", "-published_at")
    empty_text = _("No document was sent to your station yet.")

    def get_queryset(self) -> Any:
        """Each with whether the user has read it. Readers find older versions on the page of the one in force."""
        mine = BulletinReading.objects.filter(bulletin=OuterRef("pk"), user=self.request.user.pk)
        rows = super().get_queryset().annotate(is_read=Exists(mine))
        return rows.exclude(status=S.SUPERSEDED) if reads(self.request.user) else rows

    def get_columns(self) -> Sequence[Column]:
        if reads(self.request.user):
            return [*self.columns, Column(_read_mark, _("Read"))]
        opened = Column(lambda row: row.share_text, _("Stations that read it"))
        return [*self.columns, Column("status", kind="badge"), opened]

    def made_ready(self, rows: Sequence[Any]) -> Sequence[Any]:
        """For headquarters each with how far it was read, for a region among its own stations."""
        if not reads(self.request.user):
            shares = bulletins.shares_of_documents([row.pk for row in rows], stations=_seen(self.request.user))
            for row in rows:
                row.share_text = share_text(shares.get(row.pk))
        return rows

    def get_actions(self) -> Sequence[Action]:
        return [
            Action(_("Reading by station"), reverse("bulletin_shares"), "stations.view_readers"),
            Action(_("Write a document"), reverse("bulletin_write"), "stations.write_bulletin", "primary"),
        ]


def _seen(user: Any) -> list[int] | None:
    """The stations whose reading the user may see; None for all."""
    from portal.core.scope import scope_of

    scope = scope_of(user)
    return None if scope.everything else sorted(scope.of("station"))


def share_text(share: Any) -> str:
    """12 / 40 (30%), whole per cent."""
    if share is None or not share.stations:
        return "–"
    return f"{share.opened} / {share.stations} ({percent(round(share.share))})"


class BulletinDetail(ScopedDetailView):
    """One version: its text and files, whether I have read it, what changed, all versions."""

    model = Bulletin
    permission = "stations.view_bulletin"
    template_name = "stations/bulletin_detail.html"
    select_related = ("supersedes", "written_by", "published_by")

    def get_title(self) -> Any:
        return self.get_object().local_title

    def get_subtitle(self) -> Any:
        row = self.get_object()
        version = _("version %(version)s") % {"version": row.version}
        return " · ".join(str(each) for each in (row.number, version, row.get_kind_display()))

    def versions(self) -> list[Bulletin]:
        """All versions the reader may see, latest first."""
        if not hasattr(self, "_versions"):
            rows = Bulletin.objects.visible_to(self.request.user).filter(number=self.get_object().number)
            self._versions = list(rows.order_by("-version"))
        return self._versions

    def next_step(self) -> NextStep | None:
        row = self.get_object()
        if row.status == S.WITHDRAWN:
            text = _("Do not go by it any more: %(reason)s") % {"reason": row.withdraw_reason}
            return NextStep(text, tone="bad", heading=_("Withdrawn"))
        if row.status == S.SUPERSEDED:
            latest = next((each for each in self.versions() if each.status == S.PUBLISHED), None)
            newer = latest.get_absolute_url() if latest else ""
            return NextStep(_("A newer version is in force."), _("Open the newer version"), newer, "wait")
        if row.is_draft:
            may = self.request.user.has_perm("stations.publish_bulletin", row)
            url = reverse("bulletin_publish", args=[row.pk]) if may else ""
            return NextStep(_("A draft, which only headquarters sees."), _("Publish"), url, "wait")
        if self.may_confirm():
            words = _until(row) or _("Read it, then confirm: the confirmation names you and your station.")
            return NextStep(words, _("I have read it"), reverse("bulletin_read", args=[row.pk]), "wait")
        return None

    def may_confirm(self) -> bool:
        """Whether this user still has to confirm it for a station."""
        row, user = self.get_object(), self.request.user
        return reads(user) and row.status == S.PUBLISHED and bool(bulletins.stations_to_confirm(row, user))

    def stats(self) -> Sequence[Stat]:
        row, user = self.get_object(), self.request.user
        if row.is_draft or not user.has_perm("stations.view_readers", row):
            return []
        share = bulletins.shares_of_documents([row.pk], stations=_seen(user)).get(row.pk)
        url = reverse("bulletin_readers", args=[row.pk])
        whole = int(share.share) if share and share.share is not None else None
        return [Stat(_("Stations that read it"), share_text(share), url=url, share=whole)]

    def get_actions(self) -> Sequence[Action]:
        row = self.get_object()
        pk = row.pk
        if row.is_draft:
            return [
                Action(_("Put aside"), reverse("bulletin_withdraw", args=[pk]), "stations.publish_bulletin"),
                Action(_("Edit"), reverse("bulletin_edit", args=[pk]), "stations.write_bulletin"),
            ]
        actions = [Action(_("Who has read it"), reverse("bulletin_readers", args=[pk]), "stations.view_readers")]
        if row.status == S.PUBLISHED:
            withdraw = reverse("bulletin_withdraw", args=[pk])
            actions.append(Action(_("Withdraw"), withdraw, "stations.publish_bulletin", "danger"))
        if row.status != S.SUPERSEDED and row.published_at:
            revise = reverse("bulletin_revise", args=[pk])
            actions.append(Action(_("New version"), revise, "stations.write_bulletin"))
        return actions

    def facts(self) -> Sequence[Fact]:
        row = self.get_object()
        facts = [Fact(_("Published on"), day(row.published_at)), Fact(_("Published by"), row.published_by)]
        if row.must_read:
            facts.append(Fact(_("To be read until"), row.read_by))
        return [*facts, *audience_facts(row)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        row, user = self.get_object(), self.request.user
        mine = BulletinReading.objects.filter(bulletin=row, user=user.pk).order_by("read_at").first()
        return super().get_context_data(**kwargs) | {
            "files": bulletins.files_of(row),
            "versions": self.versions(),
            "changes": changed_lines(row),
            "reading": mine,
        }


def audience_facts(row: Bulletin) -> list[Fact]:
    """Whom the document is for, in words."""
    audience = Audience.of(row)
    kinds, grades = dict(StationKind.choices), dict(GradeLetter.choices)
    regions = [str(each) for each in Region.objects.filter(code__in=audience.regions)] if audience.regions else []
    families = ProductFamily.objects.filter(code__in=audience.families) if audience.families else []
    lists = (
        (_("Regions"), regions),
        (_("Kinds of station"), [str(kinds[each]) for each in audience.kinds]),
        (_("Grades"), [str(grades[each]) for each in audience.grades]),
        (_("Product families"), [str(each) for each in families]),
    )
    return [Fact(label, listed(names) if names else _("all")) for label, names in lists]


def changed_lines(row: Bulletin) -> list[tuple[str, str]]:
    """What was taken out (-) and put in (+) since the version before, line by line; empty for a first version."""
    if row.supersedes is None or row.supersedes.local_body == row.local_body:
        return []
    lines = ndiff(row.supersedes.local_body.splitlines(), row.local_body.splitlines())
    return [(line[0], line[2:]) for line in lines if line[0] in "+-"]


class WriteBulletin(OperationView):
    permission = "stations.write_bulletin"
    form_class = BulletinForm
    title = _("Write a document")
    intro = _("It becomes a draft, which only headquarters sees until it is published.")
    submit_label = _("Keep as a draft")
    success_message = _("Kept as a draft. Look at it, then publish it.")
    draft = "bulletin"

    def get_cancel_url(self) -> str:
        return reverse("bulletin_list")

    def operate(self, form: Any) -> Any:
        return bulletins.write_bulletin(actor=self.request.user, **form.facts())


class BulletinOperation(OperationView):
    """Something done to a document."""

    model = Bulletin

    def get_subtitle(self) -> Any:
        return f"{self.object.number} · {self.object.local_title}"


class EditBulletin(BulletinOperation):
    permission = "stations.write_bulletin"
    form_class = BulletinForm
    title = _("Edit the draft")
    success_message = _("Saved.")

    def operate(self, form: Any) -> Any:
        return bulletins.edit_bulletin(self.object, actor=self.request.user, **form.facts())


class ReviseBulletin(BulletinOperation):
    permission = "stations.write_bulletin"
    title = _("New version")
    intro = _(
        "A draft with the same text, files and readers; this version stays as it is until the new one is published."
    )
    submit_label = _("Write the new version")
    success_message = _("Begun. Edit it and say what has changed.")

    def operate(self, form: Any) -> Any:
        made = bulletins.revise_bulletin(self.object, actor=self.request.user)
        return reverse("bulletin_edit", args=[made.pk])


class PublishBulletin(BulletinOperation):
    permission = "stations.publish_bulletin"
    title = _("Publish the document")
    submit_label = _("Publish")
    success_message = _("Published.")

    def get_intro(self) -> Any:
        count = len(bulletins.stations_in(Audience.of(self.object), clock.today()))
        text = _("It goes to %(count)s stations and is never edited afterwards; a new version replaces the last one.")
        return text % {"count": count}

    def operate(self, form: Any) -> Any:
        return bulletins.publish_bulletin(self.object, actor=self.request.user)


class WithdrawBulletin(BulletinOperation):
    permission = "stations.publish_bulletin"
    form_class = WithdrawForm
    title = _("Withdraw the document")
    intro = _("Nobody goes by it any more. Its readers are told, and still see it with the reason.")
    submit_label = _("Withdraw")
    danger = True
    success_message = _("Withdrawn.")

    def operate(self, form: Any) -> Any:
        return bulletins.withdraw_bulletin(self.object, actor=self.request.user, **form.cleaned_data)


class ReadBulletin(BulletinOperation):
    permission = "stations.read_bulletin"
    title = _("Confirm that you have read it")
    intro = _("Headquarters sees your name, your station and the time. A new version has to be read anew.")
    submit_label = _("I have read it")
    success_message = _("Confirmed.")

    def operate(self, form: Any) -> Any:
        bulletins.confirm_reading(self.object, actor=self.request.user)
        return self.object
