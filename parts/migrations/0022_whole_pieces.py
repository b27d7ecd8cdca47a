"""The ledger refuses half a piece of what is counted whole; meters and liters go on in fractions."""

from typing import ClassVar

from django.db import migrations

from portal.core import grants

UNITS = "件个只片条支根套台对包卷张瓶块把盒箱双付副"  # parts.models.catalog.WHOLE_UNITS; a test compares them

COUNTS_WHOLE = f"""
CREATE FUNCTION parts_counts_whole(unit text) RETURNS boolean LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
$$ SELECT unit = ANY (string_to_array('{UNITS}', NULL)) $$;
"""

# Only entries with a fraction look at their parts: an ordinary statement pays for two comparisons a row.
REFUSE_HALVES = """
CREATE FUNCTION parts_refuse_halves() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
BEGIN
    IF EXISTS (SELECT FROM fresh JOIN parts_part part ON part.id = fresh.part_id
               WHERE (fresh.qty <> trunc(fresh.qty) OR fresh.reserved <> trunc(fresh.reserved))
                   AND parts_counts_whole(part.unit)) THEN
        RAISE EXCEPTION 'part of a piece' USING ERRCODE = 'check_violation', CONSTRAINT = 'stock_pieces_are_whole';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER parts_refuse_halves AFTER INSERT ON parts_stockentry
REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION parts_refuse_halves();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("parts", "0012_transfers_between_stations")]
    operations: ClassVar = [
        grants.run(COUNTS_WHOLE, "DROP FUNCTION parts_counts_whole"),
        grants.run(REFUSE_HALVES, "DROP FUNCTION parts_refuse_halves CASCADE"),
    ]
