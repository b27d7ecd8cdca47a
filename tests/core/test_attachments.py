"""Files: type by content, upright and without place, caps, names, scope, the same picture again."""

import io
from typing import Any

import pytest
from django.core.files.base import ContentFile
from PIL import Image

from portal.accounts.models import RoleGrant, User
from portal.accounts.roles import Role
from portal.core.attachments import BadFile, attach, attachments_of, reused, safe_name, visible_attachment
from portal.core.images import NotAPicture, read_picture
from tests.conftest import as_user

pytestmark = pytest.mark.django_db


def picture(width: int = 120, height: int = 80, form: str = "JPEG", shade: int = 0, **options: Any) -> bytes:
    """A gradient, so that its perceptual hash says something."""
    image = Image.linear_gradient("L").resize((width, height)).rotate(shade, expand=False).convert("RGB")
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def gps_exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[1] = "N"
    exif.get_ifd(0x8825)[2] = (30.0, 15.0, 0.0)
    return exif


@pytest.fixture
def person() -> User:
    return User.objects.create(username="ann")


def test_a_phone_photo_is_turned_and_loses_its_place_while_the_original_stays(person: User) -> None:
    raw = picture(exif=gps_exif())

    row = attach(person, ContentFile(raw, "IMG_1.jpg"), kind="fault_photo", actor=person)

    assert (row.width, row.height) == (80, 120)
    with Image.open(row.served) as served:
        assert not served.getexif()
    assert row.original.read() == raw
    assert list(attachments_of(person, "fault_photo")) == [row]


@pytest.mark.parametrize("form", ["PNG", "WEBP", "HEIF"])
def test_other_kinds_of_picture_are_served_as_jpeg(person: User, form: str) -> None:
    row = attach(person, ContentFile(picture(form=form), "x.bin"), kind="photo", actor=person)

    assert row.content_type == "image/jpeg"


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("empty.jpg", b""),
        ("page.jpg", b"<html><script>alert(1)</script>"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg' onload='x()'/>"),
        ("cut.jpg", picture()[:200]),
        ("macro.xlsm", b"PK\x03\x04" + b"\0" * 100),
        ("cut.pdf", b"%PDF-1.7 and nothing else"),
    ],
)
def test_what_is_not_a_sound_picture_or_pdf_is_refused_by_name(person: User, name: str, raw: bytes) -> None:
    with pytest.raises(BadFile, match=name):
        attach(person, ContentFile(raw, name), kind="photo", actor=person)

    assert not attachments_of(person).exists()


def test_a_picture_of_too_many_pixels_is_refused(person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.core.images.MAX_PIXELS", 1000)

    with pytest.raises(BadFile):
        attach(person, ContentFile(picture(), "huge.png"), kind="photo", actor=person)


@pytest.mark.parametrize(
    ("name", "kept"),
    [("../../etc/passwd", "passwd"), ("a\x00b.jpg", "ab.jpg"), ("x\u202egpj.exe", "xgpj.exe"), ("..", "file")],
)
def test_names_lose_paths_and_control_characters(name: str, kept: str) -> None:
    assert safe_name(name) == kept
    assert len(safe_name("长" * 300 + ".jpg")) == 100


def test_the_same_picture_on_another_record_is_found_even_when_saved_again(person: User) -> None:
    other = User.objects.create(username="bob")
    first = attach(person, ContentFile(picture(), "a.jpg"), kind="photo", actor=person)
    again = attach(other, ContentFile(picture(width=240, height=160, quality=60), "b.jpg"), kind="photo", actor=other)
    different = attach(other, ContentFile(picture(shade=90), "c.jpg"), kind="photo", actor=other)

    assert reused([first]) == [again]
    assert reused([different]) == []


def test_a_file_is_served_only_within_the_scope_of_its_record(person: User) -> None:
    chief = User.objects.create(username="chief")
    RoleGrant.objects.create(user=chief, role=Role.SERVICE_MANAGER)
    row = attach(person, ContentFile(picture(), "a.jpg"), kind="photo", actor=person)

    assert visible_attachment(row.pk, person) is None
    answers = {user: as_user(user).get(f"/files/{row.pk}/") for user in (chief, person, None)}

    assert [answer.status_code for answer in answers.values()] == [200, 404, 404]
    assert answers[chief]["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answers[chief]["Content-Security-Policy"]


def test_half_a_picture_is_refused_also_after_a_pdf_was_made() -> None:
    import weasyprint  # noqa: F401 it lets truncated pictures pass, for every library in the process

    whole = io.BytesIO()
    Image.effect_noise((64, 64), 50).save(whole, "PNG")

    with pytest.raises(NotAPicture):
        read_picture(whole.getvalue()[:600])
