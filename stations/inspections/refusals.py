"""Why a visit, its planning or its recording is refused."""

from collections.abc import Iterable, Sequence
from typing import Any, ClassVar, Self

from django.utils.translation import gettext_lazy as _

from portal.core.errors import Refusal


class NothingToInspect(Refusal):
    """A visit belongs after the region's review, or to a rectification."""

    message = _("The application is “%(status)s”; no site inspection is due.")
    code = "nothing_to_inspect"


class NoTemplate(Refusal):
    """Headquarters puts a checklist in use first."""

    message = _("No inspection template is in use; headquarters makes one in the administration.")
    code = "no_inspection_template"


class NotOpen(Refusal):
    """What is recorded stays, and only what was begun is filled in."""

    message = _("The visit %(number)s is “%(status)s” and is not filled in now.")
    code = "visit_not_open"


class NotInspector(Refusal):
    """One person fills in a visit."""

    message = _("%(inspector)s has begun this visit; somebody else cannot fill it in.")
    code = "not_inspector"


class StationGone(Refusal):
    """Who has left the network is not visited."""

    message = _("The station %(station)s is “%(status)s”; it is not visited any more.")
    code = "station_not_visited"


class VisitPlanned(Refusal):
    """One at a time."""

    message = _("The visit %(number)s is already planned or under way.")
    code = "visit_already_planned"


class PlannedInPast(Refusal):
    """Plans lie ahead."""

    message = _("A visit is planned for today or later; got %(got)s.")
    code = "visit_planned_in_past"


class VisitLacks(Refusal):
    """What keeps a visit from being recorded; item_ids: of which items, at each of which stands at_item."""

    item_ids: tuple[int, ...] = ()
    at_item: ClassVar[Any] = ""

    @property
    def parts(self) -> "Sequence[VisitLacks]":
        """Each kind by itself."""
        return [self]

    def of_items(self, item_ids: Iterable[int]) -> Self:
        """The same, with its items."""
        self.item_ids = tuple(item_ids)
        return self


class VisitIncomplete(VisitLacks):
    """Everything that is lacking, at once."""

    message = "%(lacks)s"
    code = "visit_incomplete"

    def __init__(self, parts: Sequence[VisitLacks]) -> None:
        super().__init__(lacks=" ".join(map(str, parts)))
        self._parts = list(parts)

    @property
    def parts(self) -> Sequence[VisitLacks]:
        """Each kind by itself."""
        return self._parts


class ItemsUnanswered(VisitLacks):
    """Every item of the template is rated."""

    at_item = _("not rated yet")

    message = _("%(count)s items are not rated yet: %(items)s.")
    code = "items_unanswered"


class BadRating(Refusal):
    """0 to 5; a veto item is 0 or 5."""

    message = _("“%(item)s”: %(rating)s is not a rating.")
    code = "bad_rating"


class PhotosMissing(VisitLacks):
    """Some items are proved by a picture."""

    at_item = _("a photo is required")

    message = _("A photo is required for: %(items)s.")
    code = "photos_missing"


class FindingsMissing(VisitLacks):
    """Who must put something right is told what."""

    message = _("Describe the findings in at least %(length)s characters; the applicant has to put them right.")
    code = "findings_missing"


class SignatureMissing(VisitLacks):
    """Both sides sign, or it is said why one did not."""

    message = _("Both sides sign: %(missing)s.")
    code = "signature_missing"


class TemplateNotDraft(Refusal):
    """A version in use is not changed; the next one is."""

    message = _("%(template)s is “%(status)s”; make a new version to change it.")
    code = "template_not_draft"


class TemplateEmpty(Refusal):
    """A checklist without items judges nothing."""

    message = _("%(template)s has no items yet.")
    code = "template_empty"
