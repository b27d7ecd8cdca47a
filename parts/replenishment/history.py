"""Demand by month and place from the ledger, merged along supersession, with stock, orders and prices: one statement.

Demand of the warehouse of headquarters is what it ships to stations (the whole network's); a station's is what it issues to
jobs, less what comes back unused, its vans counted with its stock room. Not here: what follows from it (run).
"""

from datetime import date
from typing import Any

from django.db import connection

from parts import stock
from parts.models import PlanningRun
from portal.core import clock
from portal.core.parameters import param

CENTRAL = "ship"
STATION = ("issue_to_job", "return_from_job")

# Where the demand for a part goes: every end of its chain, with the pieces one piece has become. Where its stock counts: the
# end as well if it is used up first, one for one and along a single chain; else it stays with the part itself.
CHAINS = """
links AS MATERIALIZED (
    SELECT old_id, new_id, mode, ratio, count(*) OVER (PARTITION BY old_id) AS branches
    FROM parts_supersession
    WHERE (valid_from IS NULL OR valid_from <= %(today)s) AND (valid_to IS NULL OR valid_to > %(today)s)
),
walk (part_id, current_id, pieces, is_plain, path) AS (
    SELECT DISTINCT old_id, old_id, 1::numeric, true, ARRAY[old_id] FROM links
    UNION ALL
    SELECT walk.part_id, links.new_id, walk.pieces * links.ratio,
        walk.is_plain AND links.branches = 1 AND links.ratio = 1
            AND (links.mode = 'use_up' OR walk.current_id <> walk.part_id),
        path || links.new_id
    FROM walk JOIN links ON links.old_id = walk.current_id
    WHERE NOT links.new_id = ANY(path)
),
ends AS MATERIALIZED (
    SELECT part_id, current_id AS end_id, sum(pieces) AS pieces, bool_and(is_plain) AS is_plain
    FROM walk WHERE NOT EXISTS (SELECT FROM links WHERE links.old_id = walk.current_id)
    GROUP BY part_id, current_id
)
"""

# Regional warehouses are filled from the central one: their stock and shipments count with it.
# What lies in a van counts with the stock room of its station.
ROOM_OF_VAN = """(
    SELECT coalesce(min(room.id), place.id) FROM parts_location room
    WHERE room.station_id = place.station_id AND room.kind = 'station' AND room.parent_id IS NULL
)"""

COLLECT = """
WITH RECURSIVE {chains},
moved AS (
    SELECT entry.part_id,
        CASE WHEN place.kind IN ('hq', 'regional') THEN %(central)s WHEN place.kind = 'van' THEN {room}
            ELSE coalesce(place.parent_id, place.id) END AS location_id,
        place.kind, posting.at, entry.qty, entry.value,
        posting.kind = 'ship' AND place.kind IN ('hq', 'regional') OR posting.kind IN ('issue_to_job', 'return_from_job') AS is_demand,
        width_bucket(posting.at, %(months)s::timestamptz[]) AS bucket
    FROM parts_stockentry entry
    JOIN parts_posting posting ON posting.id = entry.posting_id
    JOIN parts_location place ON place.id = entry.location_id
    WHERE place.kind IN ('hq', 'regional', 'station', 'van') AND entry.qty <> 0
),
seen AS MATERIALIZED (
    SELECT part_id, location_id, min(at) AS first_at, max(at) FILTER (WHERE is_demand AND qty < 0) AS last_at,
        sum(-value) FILTER (WHERE is_demand AND bucket > %(year_from)s AND bucket <= %(count)s) AS value,
        {sums}
    FROM moved GROUP BY part_id, location_id
),
demand AS (
    SELECT coalesce(ends.end_id, seen.part_id) AS part_id, location_id, min(first_at) AS first_at, max(last_at) AS last_at,
        sum(value) AS value, {merged}
    FROM seen LEFT JOIN ends USING (part_id) GROUP BY 1, 2
),
held AS (
    SELECT CASE WHEN ends.is_plain THEN ends.end_id ELSE balance.part_id END AS part_id,
        CASE WHEN place.kind IN ('hq', 'regional') THEN %(central)s WHEN place.kind = 'van' THEN {room}
            ELSE coalesce(place.parent_id, place.id) END AS location_id,
        sum(balance.on_hand) AS on_hand, sum(balance.reserved) AS reserved, sum(balance.value) AS value
    FROM parts_stockbalance balance
    JOIN parts_location place ON place.id = balance.location_id
    LEFT JOIN ends ON ends.part_id = balance.part_id AND ends.is_plain
    WHERE place.kind IN ('hq', 'regional', 'station', 'van') AND balance.on_hand > 0 GROUP BY 1, 2
),
ordered AS (
    SELECT CASE WHEN ends.is_plain THEN ends.end_id ELSE line.part_id END AS part_id, %(central)s::bigint AS location_id,
        sum(line.open_qty) AS qty
    FROM parts_purchaseorderline line
    LEFT JOIN ends ON ends.part_id = line.part_id AND ends.is_plain
    WHERE line.open_qty > 0 GROUP BY 1
    UNION ALL
    SELECT CASE WHEN ends.is_plain THEN ends.end_id ELSE line.part_id END, place.id,
        sum(line.ordered_qty - line.cancelled_qty - line.received_qty)
    FROM parts_partsorderline line
    JOIN parts_partsorder orders ON orders.id = line.order_id
    JOIN parts_location place ON place.station_id = orders.station_id AND place.kind = 'station' AND place.parent_id IS NULL
    LEFT JOIN ends ON ends.part_id = line.part_id AND ends.is_plain
    WHERE orders.status NOT IN ('draft', 'on_hold', 'cancelled', 'closed', 'received')
        AND line.ordered_qty > line.cancelled_qty + line.received_qty
    GROUP BY 1, 2
),
owed AS (
    SELECT coalesce(ends.end_id, line.part_id) AS part_id, %(central)s::bigint AS location_id,
        sum((line.open_qty + line.backordered_qty) * coalesce(ends.pieces, 1)) AS qty
    FROM parts_partsorderline line
    JOIN parts_partsorder orders ON orders.id = line.order_id
    LEFT JOIN ends ON ends.part_id = line.part_id
    WHERE line.open_qty + line.backordered_qty > 0 AND orders.status NOT IN ('draft', 'on_hold', 'cancelled')
    GROUP BY 1
),
level AS (
    SELECT DISTINCT ON (part_id, location_id) part_id, location_id, minimum, target, is_forced
    FROM parts_stocklevel WHERE valid_from <= %(today)s ORDER BY part_id, location_id, id DESC
),
offer AS (
    SELECT DISTINCT ON (part_id) offer.*
    FROM parts_supplierpart offer JOIN parts_supplier supplier ON supplier.id = offer.supplier_id
    WHERE supplier.is_active AND valid_from <= %(today)s AND (valid_to IS NULL OR valid_to > %(today)s)
    ORDER BY part_id, is_preferred DESC, contract_price, offer.id
),
keys AS (
    SELECT part_id, location_id FROM demand WHERE location_id = %(central)s OR value IS NOT NULL
    UNION SELECT part_id, location_id FROM held WHERE location_id = %(central)s
    UNION SELECT part_id, location_id FROM level
    UNION SELECT part_id, location_id FROM ordered WHERE location_id = %(central)s
    UNION SELECT part_id, location_id FROM owed
)
INSERT INTO parts_planningfigure (run_id, part_id, location_id, supplier_part_id, is_computed, first_on, last_issue_on,
    history, history_months, issue_value, on_hand, reserved, on_order, backorder, stock_value, minimum, manual_target,
    is_forced, pack_qty, min_order_qty, unit_price, list_price, lead_days, lead_sd_days, lead_source,
    abc, xyz, pattern, cv2, forecast_month, demand_mean, demand_sd, factor, safety_stock, reorder_point, target,
    level_source, position, suggested_qty)
SELECT %(run)s, keys.part_id, keys.location_id, CASE WHEN is_central THEN offer.id END, false,
    (demand.first_at AT TIME ZONE 'Asia/Shanghai')::date,
    (coalesce(demand.last_at, own.last_at) AT TIME ZONE 'Asia/Shanghai')::date,
    CASE WHEN demand.part_id IS NULL THEN array_fill(0::numeric(14, 3), ARRAY[%(count)s]) ELSE ARRAY[{history}] END, 0,
    greatest(coalesce(demand.value, 0), 0), coalesce(held.on_hand, 0), coalesce(held.reserved, 0), coalesce(ordered.qty, 0),
    coalesce(owed.qty, 0), coalesce(held.value, 0), level.minimum, level.target, coalesce(level.is_forced, false),
    CASE WHEN is_central THEN coalesce(offer.pack_qty, part.pack_qty) ELSE part.pack_qty END,
    CASE WHEN is_central THEN coalesce(offer.min_order_qty, part.min_order_qty) ELSE part.min_order_qty END,
    CASE WHEN is_central THEN offer.contract_price END, price.price,
    CASE WHEN NOT is_central THEN %(station_days)s WHEN is_measured THEN offer.measured_lead_days
        ELSE coalesce(offer.lead_days, %(default_days)s) END,
    CASE WHEN NOT is_central THEN %(station_sd)s WHEN is_measured THEN offer.measured_lead_sd_days
        ELSE coalesce(offer.lead_sd_days, 0) END,
    CASE WHEN NOT is_central OR offer.id IS NULL THEN 'default' WHEN is_measured THEN 'measured' ELSE 'agreed' END,
    'C', 'Z', 'none', 0, 0, 0, 0, 0, 0, 0, 0, 'none', 0, 0
FROM keys
JOIN parts_part part ON part.id = keys.part_id
LEFT JOIN demand ON (demand.part_id, demand.location_id) = (keys.part_id, keys.location_id)
LEFT JOIN seen own ON (own.part_id, own.location_id) = (keys.part_id, keys.location_id)
LEFT JOIN held ON (held.part_id, held.location_id) = (keys.part_id, keys.location_id)
LEFT JOIN ordered ON (ordered.part_id, ordered.location_id) = (keys.part_id, keys.location_id)
LEFT JOIN owed ON (owed.part_id, owed.location_id) = (keys.part_id, keys.location_id)
LEFT JOIN level ON (level.part_id, level.location_id) = (keys.part_id, keys.location_id)
LEFT JOIN offer ON offer.part_id = keys.part_id
LEFT JOIN parts_listprice price ON price.part_id = keys.part_id
    AND price.valid_from <= %(today)s AND (price.valid_to IS NULL OR price.valid_to > %(today)s)
CROSS JOIN LATERAL (
    SELECT keys.location_id = %(central)s AS is_central,
        coalesce(offer.measured_receipts, 0) >= %(receipts)s AND offer.measured_lead_days IS NOT NULL AS is_measured
) AS of_key
ORDER BY keys.location_id, part.number
"""


def month_starts(as_of: date, months: int) -> list[date]:
    """The first days of so many months before `as_of`, and `as_of` itself."""
    index = as_of.year * 12 + as_of.month - 1
    return [date((index - back) // 12, (index - back) % 12 + 1, 1) for back in range(months, -1, -1)]


def collect_figures(run: PlanningRun) -> int:
    """One figure per part and place stands with all that planning starts from; how many.

    Needs the caller's transaction.
    """
    count = run.months
    station = param("parts.station_lead", run.started_at)
    columns = [f"d{bucket}" for bucket in range(1, count + 1)]
    statement = COLLECT.format(
        chains=CHAINS,
        room=ROOM_OF_VAN,
        sums=", ".join(
            f"sum(-qty) FILTER (WHERE is_demand AND bucket = {bucket}) AS d{bucket}" for bucket in range(1, count + 1)
        ),
        merged=", ".join(f"sum(seen.{name} * coalesce(ends.pieces, 1)) AS {name}" for name in columns),
        history=", ".join(f"greatest(coalesce(demand.{name}, 0), 0)" for name in columns),
    )
    values: dict[str, Any] = {
        "run": run.pk,
        "today": clock.local_date(run.started_at),
        "central": stock.central_warehouse().pk,
        "months": [clock.start_of(day) for day in month_starts(run.as_of, count)],
        "count": count,
        "year_from": count - 12,
        "station_days": station["days"],
        "station_sd": station["sd_days"],
        "default_days": param("parts.default_lead_days", run.started_at),
        "receipts": param("parts.measured_lead_receipts", run.started_at),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)
