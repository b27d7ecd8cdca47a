"""The pictures of a draft: many at once from a phone, each in a request of its own, and what each of them shows."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from portal.core.errors import Refusal
from portal.core.models.attachments import Attachment
from warranty import draft_photos, photos
from warranty.checklist import REQUIRED_PHOTOS
from warranty.forms.claims import PHOTO_KINDS, PhotoActForm, PhotoForm
from warranty.models import WarrantyClaim
from warranty.views.claims.drafting import OnDraft
from warranty.views.claims.lists import EDIT

WORDS = dict(PHOTO_KINDS)


class AddPhoto(OnDraft):
    """Pictures and papers are added to a draft, told what they show, or taken out."""

    model = WarrantyClaim
    permission = EDIT
    title = _("Photos and papers")
    submit_label = _("Add")
    template_name = "warranty/claim_add_photos.html"
    form_class = PhotoForm
    select_related = ("work_order",)

    def get_subtitle(self) -> str:
        return str(self.object)

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("act") in {"kind", "caption", "remove"}:
            return self._about_one(request)
        if "application/json" in request.headers.get("Accept", ""):
            return self._one_file(request)
        return super().post(request, *args, **kwargs)

    def _one_file(self, request: HttpRequest) -> JsonResponse:
        """One file of the outbox: taken, or refused with the reason."""
        form = PhotoForm(request.POST, {"files": request.FILES.get("photo")}, user=request.user, subject=self.object)
        if not form.is_valid():
            return JsonResponse({"error": _wrong_with(form)}, status=422)
        try:
            kind = form.cleaned_data["kind"]
            for file in form.cleaned_data["files"]:
                photo = draft_photos.add_photo(self.object, file, kind=kind, actor=request.user)
        except Refusal as refusal:
            return JsonResponse({"error": str(refusal)}, status=409)
        return JsonResponse({"photo": self._as_json(photo), "missing": self._missing()})

    def _about_one(self, request: HttpRequest) -> JsonResponse:
        """A picture is told what it shows, or taken out."""
        form = PhotoActForm(request.POST, user=request.user, subject=self.object)
        if not form.is_valid():
            return JsonResponse({"error": _wrong_with(form)}, status=422)
        key = form.cleaned_data["photo"]
        try:
            if form.cleaned_data["act"] == "remove":
                draft_photos.remove_photo(self.object, key, actor=request.user)
            else:
                act = form.cleaned_data["act"]
                draft_photos.describe_photo(self.object, key, actor=request.user, **{act: form.cleaned_data[act]})
        except Refusal as refusal:
            return JsonResponse({"error": str(refusal)}, status=409)
        return JsonResponse({"missing": self._missing()})

    def operate(self, form: Any) -> str:
        told = form.cleaned_data
        draft_photos.add_photos(self.object, told["files"], kind=told["kind"], actor=self.request.user, field="files")
        return reverse("claim_photo", args=[self.object.pk])

    def get_cancel_url(self) -> str:
        return reverse("claim_edit", args=[self.object.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        rows = photos.photos_of(self.object)
        own = WarrantyClaim._meta.label_lower
        return super().get_context_data(**kwargs) | {
            "own": [row for row in rows if row.subject_type == own],
            "of_job": [row for row in rows if row.subject_type != own],
            "kinds": PHOTO_KINDS,
            "missing": self._missing(),
        }

    def _missing(self) -> str:
        """What a submit still needs, in words; empty when all is there."""
        present = {row.kind for row in photos.photos_of(self.object)}
        return _("; ").join(str(WORDS[kind]) for kind in REQUIRED_PHOTOS if kind not in present)

    def _as_json(self, photo: Attachment) -> dict[str, Any]:
        picture = reverse("attachment_size", args=[photo.pk, "thumb"]) if photo.is_picture else ""
        return {
            "id": photo.pk, "kind": photo.kind, "name": photo.name, "caption": photo.caption, "picture": picture,
            "url": reverse("attachment", args=[photo.pk]),
        }  # fmt: skip


def _wrong_with(form: Any) -> str:
    """Everything that is wrong, in one line."""
    return " ".join(str(text) for texts in form.errors.values() for text in texts)
