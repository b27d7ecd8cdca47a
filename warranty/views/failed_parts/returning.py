"""What a station does with its old parts: print tags, pack a box."""

from collections.abc import Sequence
from typing import Any

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from parts import labels
from portal.core import clock, drawing
from portal.core.pages import Action, Column, OperationView, ScopedPage
from portal.core.pdf_answers import paper_answer
from warranty import failed_parts
from warranty.failed_parts_documents import tags_page
from warranty.forms.failed_parts import TAG_FORMATS, PackForm, PrintForm
from warranty.models import FailedPart, PartBox
from warranty.settlement_states import AT_THE_STATION, FailedPartStatus
from warranty.views.failed_parts.records import REASONS

BOX_COLUMNS = [
    Column("number", kind="number"),
    Column("status", kind="badge"),
    Column("station", gettext_lazy("Station"), small="station__code"),
    Column("piece_count", gettext_lazy("Pieces")),
]


class FailedPartsToReturn(ScopedPage):
    """What the station still has to send: print tags, put into a box."""

    template_name = "warranty/failed_parts/to_return.html"
    permission = "warranty.print_failed_part_tags"
    title = gettext_lazy("Old parts to return")

    def get_actions(self) -> Sequence[Action]:
        return [
            Action(_("Pack by scanning"), reverse("failed_part_packing"), "warranty.pack_box", "primary"),
            Action(_("Boxes"), reverse("part_box_list"), "warranty.view_partbox"),
            Action(_("All old parts"), reverse("failed_part_list"), "warranty.view_failedpart"),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = FailedPart.objects.visible_to(self.request.user).select_related("claim", "part", "station")
        waiting = rows.order_by("due_on", "pk")
        boxes = PartBox.objects.visible_to(self.request.user).filter(status__in=AT_THE_STATION).order_by("-pk")
        counted = boxes.annotate(piece_count=Count("pieces")).select_related("station")
        return super().get_context_data(**kwargs) | {
            "untagged": waiting.filter(status=FailedPartStatus.REQUESTED)[:200],
            "tagged": waiting.filter(status=FailedPartStatus.TAGGED)[:200],
            "boxes": counted[:20],
            "box_columns": BOX_COLUMNS,
            "reasons": REASONS,
            "today": clock.today(),
            "formats": list(TAG_FORMATS.items()),
            "tag_format": labels.format_of(self.request.user),
        }


class PrintTags(OperationView):
    """Counts the printing, then shows the sheet."""

    permission = "warranty.print_failed_part_tags"
    title = gettext_lazy("Print tags")
    form_class = PrintForm
    submit_label = gettext_lazy("Print tags")

    def get_cancel_url(self) -> str:
        return reverse("failed_parts_to_return")

    def operate(self, form: Any) -> str:
        chosen = form.cleaned_data["format"]
        printed = failed_parts.print_tags(list(form.cleaned_data["pieces"]), actor=self.request.user)
        labels.remember_format(self.request.user, chosen)
        pieces = "&".join(f"piece={row.pk}" for row in printed)
        return f"{reverse('failed_part_tags_pdf')}?form={chosen}&{pieces}"


class TagsPdf(ScopedPage):
    """The sheet of tags that were printed; showing it again counts nothing."""

    permission = "warranty.print_failed_part_tags"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        wanted = [int(value) for value in request.GET.getlist("piece")[:200] if value.isascii() and value.isdigit()]
        rows = FailedPart.objects.visible_to(request.user).filter(pk__in=wanted[:200], printed_count__gt=0)
        pieces = list(rows.select_related("claim", "part", "station", "line").order_by("pk"))
        form = request.GET.get("form", "a4")
        if not pieces or len(pieces) != len(set(wanted)) or form not in TAG_FORMATS:
            raise Http404
        title = _("Tags of old parts")
        made = drawing.sheet(tags_page(pieces, form), count=len(pieces), title=title, reader=request.user)
        return paper_answer(request, made, "tags", title=title)


class PackBox(OperationView):
    """The chosen pieces lie in a new box."""

    permission = "warranty.pack_box"
    title = gettext_lazy("Pack a box")
    form_class = PackForm
    submit_label = gettext_lazy("Pack into a box")
    success_message = gettext_lazy("The box is packed. Print its list, put it on top, and hand the box to the carrier.")

    def get_cancel_url(self) -> str:
        return reverse("failed_parts_to_return")

    def operate(self, form: Any) -> PartBox:
        pieces = list(form.cleaned_data["pieces"])
        return failed_parts.pack_box(pieces[0].station, pieces=pieces, actor=self.request.user)
