"""The dealer account's ledger keeps its own balances and its limit; contracts of a station never overlap."""

from typing import ClassVar

from django.db import migrations

from portal.core import grants

KEEP_BALANCES = """
CREATE FUNCTION stations_keep_account_balances() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    moved record;
    account record;
BEGIN
    FOR moved IN
        SELECT account_id,
            COALESCE(SUM(amount) FILTER (WHERE leg = 'used'), 0) AS used,
            COALESCE(SUM(amount) FILTER (WHERE leg = 'committed'), 0) AS committed,
            COALESCE(SUM(amount) FILTER (WHERE leg = 'warranty'), 0) AS warranty,
            COALESCE(SUM(amount) FILTER (WHERE leg = 'deposit'), 0) AS deposit
        FROM fresh GROUP BY account_id ORDER BY account_id
    LOOP
        SELECT * INTO account FROM stations_dealeraccount WHERE id = moved.account_id FOR NO KEY UPDATE;
        IF moved.used + moved.committed > 0 AND account.used + account.committed + moved.used + moved.committed
            > account.credit_limit + account.override THEN
            RAISE EXCEPTION 'exposure of account % would pass its limit', moved.account_id
                USING ERRCODE = 'check_violation', CONSTRAINT = 'account_exposure_within_limit';
        END IF;
        UPDATE stations_dealeraccount SET used = used + moved.used, committed = committed + moved.committed,
            warranty = warranty + moved.warranty, deposit = deposit + moved.deposit
        WHERE id = moved.account_id;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER keep_account_balances AFTER INSERT ON stations_accountentry
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION stations_keep_account_balances();

CREATE FUNCTION stations_account_opens_at_zero() RETURNS trigger
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NEW.used <> 0 OR NEW.committed <> 0 OR NEW.warranty <> 0 OR NEW.deposit <> 0 THEN
        RAISE EXCEPTION 'an account opens at zero'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'account_opens_at_zero';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER account_opens_at_zero BEFORE INSERT ON stations_dealeraccount
    FOR EACH ROW EXECUTE FUNCTION stations_account_opens_at_zero();
"""
FORGET_BALANCES = """
DROP TRIGGER keep_account_balances ON stations_accountentry;
DROP FUNCTION stations_keep_account_balances();
DROP TRIGGER account_opens_at_zero ON stations_dealeraccount;
DROP FUNCTION stations_account_opens_at_zero();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("stations", "0001_initial"), ("core", "0001_rights")]
    operations: ClassVar = [
        grants.append_only(
            "stations_accountentry",
            "stations_siteinspection",
            "stations_inspectionanswer",
            "stations_stationevent",
            "stations_dealerevent",
            "stations_membershipevent",
            "stations_contractevent",
            "stations_stationapplicationevent",
            "stations_dealeraccountevent",
        ),
        grants.run(
            "REVOKE UPDATE, DELETE ON stations_dealeraccount FROM {role};"
            "GRANT UPDATE (credit_limit, override, override_reason) ON stations_dealeraccount TO {role};",
            "GRANT UPDATE, DELETE ON stations_dealeraccount TO {role}",
        ),
        grants.run(
            "ALTER TABLE stations_contract ADD CONSTRAINT contracts_of_a_station_never_overlap"
            " EXCLUDE USING gist (station_id WITH =, daterange(valid_from, valid_to) WITH &&)",
            "ALTER TABLE stations_contract DROP CONSTRAINT contracts_of_a_station_never_overlap",
        ),
        migrations.RunSQL(KEEP_BALANCES, FORGET_BALANCES),
    ]
