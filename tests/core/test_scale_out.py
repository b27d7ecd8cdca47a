"""More machines: files on S3 and a replica for reports by setting, and no code that counts on a local disk."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import InMemoryStorage, default_storage
from django.db import connections

from portal.accounts.models import User
from portal.core.attachments import attach, attachments_of
from portal.core.documents import pdf_bytes
from portal.core.models import JobRun
from portal.core.reading import for_reports
from scripts.check import PRODUCTION
from tests.core.test_attachments import picture
from tests.core.test_documents import letter

TOLD = "import json; from portal.settings import prod; print(json.dumps([prod.STORAGES['default'], prod.DATABASES]))"


def production(**given: str) -> Any:
    """Storage and databases as a production machine with this environment sets them."""
    environment = {**os.environ, **PRODUCTION, **given}
    done = subprocess.run([sys.executable, "-c", TOLD], capture_output=True, env=environment, check=True, text=True)
    return json.loads(done.stdout)


def test_media_and_reports_stay_on_one_machine_unless_told_otherwise() -> None:
    storage, databases = production()

    assert storage["BACKEND"].endswith("WholeFileStorage")
    assert list(databases) == ["default"]


def test_media_on_s3_are_private_and_never_overwritten() -> None:
    storage, _databases = production(MEDIA_BUCKET="yizhan", MEDIA_ENDPOINT="https://oss.example.com")

    options = storage["OPTIONS"]
    assert (options["default_acl"], options["file_overwrite"], options["querystring_auth"]) == ("private", False, True)
    assert options["endpoint_url"] == "https://oss.example.com"


def test_reports_read_from_the_replica_where_there_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    _storage, databases = production(DATABASE_REPLICA_URL="postgresql://reader@replica.example.com/yizhan")
    assert databases["replica"]["HOST"] == "replica.example.com"
    assert for_reports(JobRun.objects.all()).db == "default"

    monkeypatch.setitem(connections.settings, "replica", databases["replica"])

    assert for_reports(JobRun.objects.all()).db == "replica"


@pytest.mark.django_db
def test_photos_and_documents_need_no_local_disk(settings: Any) -> None:
    settings.STORAGES = settings.STORAGES | {"default": {"BACKEND": "django.core.files.storage.InMemoryStorage"}}
    person = User.objects.create(username="ann")

    row = attach(person, ContentFile(picture(), "a.jpg"), kind="photo", actor=person)
    paper = pdf_bytes(letter(person))

    assert isinstance(default_storage._wrapped, InMemoryStorage)  # type: ignore[attr-defined]
    assert attachments_of(person).get().served.read()[:2] == b"\xff\xd8"
    assert row.thumbnail.size > 100
    assert paper.startswith(b"%PDF")
