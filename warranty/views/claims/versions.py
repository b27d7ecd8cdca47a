"""A claim as one of its versions was submitted, and what that version changed."""

from collections.abc import Sequence
from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core import show
from portal.core.pages import Action, Fact, ScopedDetailView
from warranty import versions
from warranty.models import ClaimVersion, WarrantyClaim
from warranty.views.claims.lists import RELATED


class ClaimVersionPage(ScopedDetailView):
    """What the station claimed with one version: lines, texts, pictures; and what is not as it was in the version before."""

    model = WarrantyClaim
    permission = "warranty.view_warrantyclaim"
    template_name = "warranty/claim_version.html"
    select_related = RELATED

    @property
    def versions(self) -> list[ClaimVersion]:
        """All versions, the first one first."""
        if not hasattr(self, "_versions"):
            rows = self.get_object().versions.select_related("submitted_by").order_by("version")
            self._versions = list(rows)
        return self._versions

    @property
    def shown(self) -> ClaimVersion:
        """The version of the address. Raises Http404."""
        for row in self.versions:
            if row.version == self.kwargs["version"]:
                return row
        raise Http404

    def get_title(self) -> str:
        values = {"claim": self.get_object(), "version": self.shown.version}
        return gettext("%(claim)s, version %(version)s") % values

    def get_subtitle(self) -> str:
        row = self.shown
        return f"{show.moment(row.submitted_at)} · {row.submitted_by}"

    def get_actions(self) -> Sequence[Action]:
        claim = self.get_object()
        others = [row for row in self.versions if row.version != self.shown.version]
        return [
            *(
                Action(
                    gettext("Version %(version)s") % {"version": row.version},
                    reverse("claim_version", args=[claim.pk, row.version]),
                )
                for row in others
            ),
            Action(_("The claim today"), claim.get_absolute_url()),
        ]

    def facts(self) -> Sequence[Fact]:
        return [Fact(label, value) for label, value in versions.texts_of(self.shown.content)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        claim, row = self.get_object(), self.shown
        before = next((each for each in reversed(self.versions) if each.version < row.version), None)
        photos = versions.photos_at(claim, row)
        context = super().get_context_data(**kwargs) | {
            "version": row,
            "before": before,
            "lines": versions.lines_of(row.content),
            "total": row.content["claimed_total"],
            "photos": photos,
            "show_status": False,
        }
        if before is not None:
            came, went = versions.changed_photos(versions.photos_at(claim, before), photos)
            context |= {"changes": versions.changes_between(before.content, row.content), "came": came, "went": went}
        return context
