"""Pages of the roof."""

from typing import Any

from portal.core import clock
from portal.core.models import ImportBatch, JobRun, Notification
from portal.core.transfer import kinds
from tests.permissions import ALL, HQ, Row, everybody, only, users


def run_of_clerk_a(cast: Any) -> list[Any]:
    """A job of clerk_a's; headquarters sees all."""
    return [JobRun.objects.create(name="x", title="x", owner=cast.clerk_a, queued_at=clock.now()).pk]


def message_to_clerk_a(cast: Any) -> list[Any]:
    """A message; not even headquarters reads another's."""
    return [Notification.objects.create(user=cast.clerk_a, kind="x", text="x", created_at=clock.now()).pk]


def batch_of_clerk_a(cast: Any) -> list[Any]:
    """A checked import of clerk_a's of a kind for who may add users."""
    kinds.import_kind(
        kinds.ImportKind("test_table", "table", "accounts.add_user", [kinds.Column("username", "name", key=True)])
    )
    batch = ImportBatch.objects.create(
        number="IM-1", kind="test_table", status="checked", name="x.csv", file="x", size=1, sha256="0" * 64,
        uploaded_by=cast.clerk_a, uploaded_at=clock.now(),
    )  # fmt: skip
    return [batch.pk]


def kind_for_managers(cast: Any) -> list[Any]:
    """A kind of import for who may add users."""
    batch_of_clerk_a(cast)
    return ["test_table"]


MANAGERS = ("service_manager", "admin")
READERS = (*MANAGERS, "auditor", "clerk_a")  # of an import: who may make it, who oversees all, whose it is
OTHERS = tuple(name for name in ALL if name != "clerk_a" and name not in HQ)
STRANGERS = tuple(name for name in ALL if name not in READERS)
ROWS = [
    Row(
        "picture",
        args=lambda cast: ["requests"],
        get=only("service_manager", "auditor", "admin", "region_manager", "owner_a", "owner_b"),
    ),
    Row("region_board", get=only("service_manager", "admin", "auditor", "region_manager", "center_clerk")),
    Row("today", get=users(), post=users(405)),
    Row("menu", get=users()),
    Row("icon", get=everybody(302)),
    Row("search", get=users(), query={"q": "WO-2026"}),
    Row("scan", get=users(), query={"code": "FP-000001"}),
    Row("trail", args=lambda cast: ["SR-000000-000000"], get=users(404)),
    Row("notification_list", get=users()),
    Row(
        "notification_open",
        args=message_to_clerk_a,
        get=only("clerk_a", ok=405, otherwise=405),
        post=only("clerk_a", ok=302, otherwise=404),
    ),
    Row("saved_view_save", get=users(405), post=users(404)),
    Row("saved_view_drop", args=lambda cast: [1], get=users(405), post=users(404)),
    Row("notification_read_all", get=users(405), post=users(302)),
    Row("job_list", get=users()),
    Row("job_detail", args=run_of_clerk_a, get=only(*HQ, "clerk_a", hidden=OTHERS)),
    Row("job_cancel", args=run_of_clerk_a, get=everybody(405), post=only(*HQ, "clerk_a", ok=302, hidden=OTHERS)),
    Row("import_list", get=users()),
    Row("import_upload", args=kind_for_managers, get=only(*MANAGERS), post=only(*MANAGERS, ok=422)),
    Row("import_present", args=kind_for_managers, get=only(*MANAGERS, ok=404)),
    Row("import_template", args=kind_for_managers, get=only(*MANAGERS)),
    Row("import_detail", args=batch_of_clerk_a, get=only(*READERS, hidden=STRANGERS)),
    Row("import_apply", args=batch_of_clerk_a, get=only(*MANAGERS, hidden=STRANGERS)),
    Row("import_columns", args=batch_of_clerk_a, get=only(*MANAGERS, ok=409, hidden=STRANGERS)),  # its file is gone
    Row("import_discard", args=batch_of_clerk_a, get=only(*MANAGERS, hidden=STRANGERS)),
    Row("import_errors", args=batch_of_clerk_a, get=only(*READERS, hidden=STRANGERS)),
]
