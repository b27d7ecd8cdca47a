"""The database keeps the stock books: balances by AFTER trigger, entries that add nothing to the whole, append-only by grant."""

from typing import ClassVar

from django.db import migrations

from portal.core import grants

# One place that makes missing balance rows and locks them in the global order (part, location, batch).
LOCK_BALANCES = """
CREATE FUNCTION parts_lock_balances(locations bigint[], parts bigint[], batches text[])
RETURNS SETOF parts_stockbalance LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    INSERT INTO parts_stockbalance (location_id, part_id, batch, on_hand, reserved, value, is_world)
    SELECT DISTINCT wanted.location_id, wanted.part_id, wanted.batch, 0, 0, 0, place.kind = 'world'
    FROM unnest(locations, parts, batches) AS wanted (location_id, part_id, batch)
    JOIN parts_location place ON place.id = wanted.location_id
    ORDER BY 2, 1, 3
    ON CONFLICT DO NOTHING;
    RETURN QUERY
    SELECT balance.* FROM parts_stockbalance balance
    WHERE (balance.part_id, balance.location_id, balance.batch) IN (SELECT * FROM unnest(parts, locations, batches))
    ORDER BY balance.part_id, balance.location_id, balance.batch
    FOR NO KEY UPDATE OF balance;
END $$;
"""

# A statement's entries sum to zero per posting and part, so by induction every posting does: no parent lock is needed.
KEEP_BALANCE = """
CREATE FUNCTION parts_keep_balance() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM fresh GROUP BY posting_id, part_id HAVING sum(qty) <> 0 OR sum(value) <> 0) THEN
        RAISE EXCEPTION 'stock entries do not balance'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'stock_entries_sum_to_zero';
    END IF;
    PERFORM parts_lock_balances(
        (SELECT array_agg(location_id ORDER BY id) FROM fresh),
        (SELECT array_agg(part_id ORDER BY id) FROM fresh),
        (SELECT array_agg(batch::text ORDER BY id) FROM fresh)
    );
    UPDATE parts_stockbalance balance
    SET on_hand = balance.on_hand + moved.qty, reserved = balance.reserved + moved.reserved,
        value = balance.value + moved.value
    FROM (
        SELECT location_id, part_id, batch, sum(qty) AS qty, sum(reserved) AS reserved, sum(value) AS value
        FROM fresh GROUP BY location_id, part_id, batch
    ) AS moved
    WHERE (balance.part_id, balance.location_id, balance.batch) = (moved.part_id, moved.location_id, moved.batch);
    RETURN NULL;
END $$;
CREATE TRIGGER parts_keep_balance AFTER INSERT ON parts_stockentry
REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION parts_keep_balance();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("parts", "0001_initial"), ("core", "0001_rights")]
    operations: ClassVar = [
        grants.run(LOCK_BALANCES, "DROP FUNCTION parts_lock_balances CASCADE"),
        grants.run(KEEP_BALANCE, "DROP FUNCTION parts_keep_balance CASCADE"),
        grants.append_only("parts_posting", "parts_stockentry", "parts_allocationrun"),
        grants.read_only("parts_stockbalance"),
    ]
