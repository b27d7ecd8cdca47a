"""The original of a picture as it came from the phone: hash, time, place; for those who decide and audit, nobody else."""

import hashlib
from functools import cached_property
from typing import Any

from django.http import FileResponse, Http404, HttpRequest
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View

from portal.core import show
from portal.core.attachments import visible_attachment
from portal.core.images import place_of
from portal.core.models.attachments import Attachment
from portal.core.pages import Fact, OperationView
from portal.core.pages.access import PageMixin, PermissionRequiredMixin
from service.models import WorkOrder
from warranty import shared_pictures
from warranty.forms.claims import ReasonForm
from warranty.models import Appeal, WarrantyClaim

SUBJECTS = frozenset(model._meta.label_lower for model in (Appeal, WarrantyClaim, WorkOrder))


class OfPhoto(PermissionRequiredMixin):
    """The picture of a claim, its job or its appeal, within the reader's scope."""

    permission = "warranty.view_evidence"
    kwargs: dict[str, Any]

    @cached_property
    def photo(self) -> Attachment:
        """Raises Http404."""
        row = visible_attachment(self.kwargs["pk"], self.request.user)
        if row is None or row.subject_type not in SUBJECTS:
            raise Http404
        return row


class PhotoEvidence(OfPhoto, PageMixin, TemplateView):
    """What the original says of itself, and whether it still is what was sent."""

    template_name = "warranty/photo_evidence.html"
    title = _("Evidence of a picture")

    def get_subtitle(self) -> str:
        return self.photo.name

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        photo = self.photo
        with photo.original.open("rb") as file:
            raw = file.read()
        intact = hashlib.sha256(raw).hexdigest() == photo.sha256
        place = place_of(raw)
        facts = [
            Fact("SHA-256", photo.sha256),
            Fact(_("Unchanged since it was sent"), intact),
            Fact(_("Taken"), photo.taken_at),
            Fact(
                _("Place"),
                f"{place[0]:.6f}, {place[1]:.6f}" if place else "",
                f"geo:{place[0]:.6f},{place[1]:.6f}" if place else "",
            ),
            Fact(_("Sent"), f"{show.moment(photo.uploaded_at)} · {photo.uploaded_by or '–'}"),
            Fact(_("Size"), f"{photo.size:,} B" + (f" · {photo.width} × {photo.height}" if photo.width else "")),
        ]
        original = reverse("photo_original", args=[photo.pk])
        shown = {"photo": photo, "facts": facts, "original": original, "shared": shared_pictures.shared_as(photo)}
        return super().get_context_data(**kwargs) | shown


class SharePicture(OfPhoto, OperationView):
    """The picture is one that many claims may show."""

    permission = "warranty.share_picture"
    title = _("Mark as a shared picture")
    intro = _(
        "A file of the very same bytes is then no sign of reuse, in no claim that is checked from now on; decided claims stay"
        " as they are. The reason stands beside the risk of every claim that shows it, and the mark can be lifted again."
    )
    submit_label = _("Mark as shared")
    success_message = _("The picture is marked as shared.")
    form_class = ReasonForm

    def get_object(self, queryset: Any = None) -> Attachment:
        return self.photo

    def get_subtitle(self) -> str:
        return self.photo.name

    def why_not(self) -> Any:
        found = shared_pictures.shared_as(self.photo)
        return _("This picture is marked already: %(reason)s") % {"reason": found.reason} if found else ""

    def operate(self, form: Any) -> str:
        shared_pictures.share_picture(self.photo, reason=form.cleaned_data["reason"], actor=self.request.user)
        return self.get_cancel_url()

    def get_cancel_url(self) -> str:
        return reverse("photo_evidence", args=[self.photo.pk])


class PhotoOriginal(OfPhoto, View):
    """The bytes as they were sent, always as a download."""

    http_method_names = ("get", "head")

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> FileResponse:
        """The file. Raises Http404."""
        answer = FileResponse(self.photo.original.open("rb"), content_type="application/octet-stream")
        answer["Content-Disposition"] = content_disposition_header(True, self.photo.name) or ""
        answer["Cache-Control"] = "no-store"
        return answer
