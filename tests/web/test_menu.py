"""Nobody's menu holds a page that refuses them, by the table of permissions."""

import pytest

from portal.web.navigation import ENTRIES, Entry
from tests.cast import HQ
from tests.test_permission_table import ROWS

BY_NAME = {row.name: row for row in ROWS if not row.query}


@pytest.mark.parametrize("member", HQ)
def test_an_entry_of_the_menu_opens_for_whom_it_is_shown(member: str) -> None:
    def refuses(entry: Entry) -> bool:
        row = BY_NAME.get(entry.url_name)
        return row is not None and row.get is not None and row.get(member) == 403

    shown = [entry for entry in ENTRIES if HQ[member] in entry.roles]

    assert [entry.url_name for entry in shown if refuses(entry)] == []
