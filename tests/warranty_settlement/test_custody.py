"""The custody log is a chain: whatever an owner of the database changes, takes out or slips in shows."""

from typing import Any

import pytest
from django.db import ProgrammingError, connection, transaction
from django.test.utils import CaptureQueriesContext

from tests.database import owner
from tests.desks import make_desk
from tests.factories.settlement import make_granted_claim
from warranty import failed_parts
from warranty.failed_parts_custody import custody_faults
from warranty.models import CustodyEntry, FailedPart
from warranty.settlement_checks import custody_broken

pytestmark = pytest.mark.django_db(transaction=True)
TABLE = "warranty_custodyentry"


@pytest.fixture
def piece(june: Any) -> FailedPart:
    """A piece with four entries: asked for, tagged, packed, received."""
    desk = make_desk()
    (row,) = failed_parts.request_returns(make_granted_claim(desk.station, part=desk.part, qty=1))
    failed_parts.print_tags([row], actor=desk.owner)
    failed_parts.pack_box(desk.station, pieces=[row], actor=desk.owner)
    return failed_parts.receive_piece(row.number, actor=desk.warehouse)


def tamper(statement: str, *values: Any) -> None:
    with owner() as db:
        db.execute("SET session_replication_role = replica")  # as nobody but an owner could
        db.execute(statement, values)


def test_untouched_log_is_whole(piece: FailedPart) -> None:
    assert CustodyEntry.objects.filter(failed_part=piece).count() == 4
    assert custody_faults(piece) == []
    assert list(custody_broken()) == []


@pytest.mark.parametrize("column", ["act", "giver", "taker", "note", "at", "place", "signed"])
def test_any_changed_fact_shows(piece: FailedPart, column: str) -> None:
    value = "2020-01-01 00:00:00+00" if column == "at" else "x"
    tamper(f"UPDATE {TABLE} SET {column} = %s WHERE failed_part_id = %s AND sequence = 2", value, piece.pk)

    assert len(custody_faults(piece)) == 1
    assert len(list(custody_broken())) == 1


def test_a_changed_entry_with_its_own_new_hash_breaks_the_next_one(piece: FailedPart) -> None:
    tamper(f"UPDATE {TABLE} SET hash = %s WHERE failed_part_id = %s AND sequence = 2", "0" * 64, piece.pk)

    assert len(custody_faults(piece)) == 2  # its facts do not make this hash, and the third does not follow it


def test_an_entry_taken_out_shows(piece: FailedPart) -> None:
    tamper(f"DELETE FROM {TABLE} WHERE failed_part_id = %s AND sequence = 3", piece.pk)

    assert custody_faults(piece)


def test_the_application_can_neither_change_nor_remove_an_entry(piece: FailedPart) -> None:
    for act in (
        f"UPDATE {TABLE} SET taker = 'x' WHERE failed_part_id = {piece.pk}",
        f"DELETE FROM {TABLE} WHERE failed_part_id = {piece.pk}",
        f"TRUNCATE {TABLE} CASCADE",
    ):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(act)


def test_an_entry_from_before_places_were_kept_still_verifies(piece: FailedPart) -> None:
    import hashlib
    import json
    from datetime import UTC

    last = CustodyEntry.objects.filter(failed_part=piece).order_by("-sequence")[0]
    old = CustodyEntry(
        failed_part=piece, sequence=last.sequence + 1, act="appraised", giver="甲", taker="甲", at=last.at,
        note="user", previous_hash=last.hash,
    )  # fmt: skip
    moment = old.at.astimezone(UTC).isoformat(timespec="microseconds")
    facts = [piece.number, old.sequence, "appraised", "甲", "甲", moment, "user", last.hash]
    old.hash = hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()
    old.save()

    assert custody_faults(piece) == []
    tamper(f"UPDATE {TABLE} SET place = 'x' WHERE id = %s", old.pk)
    assert len(custody_faults(piece)) == 1


def test_all_logs_are_read_in_one_pass(piece: FailedPart) -> None:
    (other,) = failed_parts.request_returns(make_granted_claim(piece.station, part=piece.part, qty=1))
    tamper(f"UPDATE {TABLE} SET note = 'x' WHERE failed_part_id = %s", other.pk)
    tamper(f"UPDATE {TABLE} SET note = 'x' WHERE failed_part_id = %s AND sequence = 2", piece.pk)

    with CaptureQueriesContext(connection) as asked:
        found = list(custody_broken())

    assert found == custody_faults(piece) + custody_faults(other)
    assert len(asked) <= 1
