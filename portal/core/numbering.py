"""take_number(): document numbers without gaps or twins. Not here: technical keys."""

from datetime import datetime

from django.db import connection

from portal.core import clock
from portal.core.failpoints import failpoint
from portal.core.models.numbering import NumberSeries


def take_number(series: str, *, at: datetime | None = None) -> str:
    """The next number of a series in its Shanghai month, like WC-202611-000123.

    The series' row stays locked until the caller's transaction ends and a rollback gives the number back, so numbers
    have no gap. Take it last: every other writer of the series waits.
    """
    month = clock.local(at or clock.now()).strftime("%Y%m")
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {NumberSeries._meta.db_table} (series, period, last) VALUES (%s, %s, 1)"  # noqa: S608
            " ON CONFLICT (series, period) DO UPDATE SET last = core_numberseries.last + 1 RETURNING last",
            [series, month],
        )
        (last,) = cursor.fetchone()
    failpoint("number.taken")
    return f"{series}-{month}-{last:06d}"
