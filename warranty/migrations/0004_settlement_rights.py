"""Walls of settlement and recovery: append-only by grant, sums by deferred trigger with the parent's lock, closed months."""

from typing import ClassVar

from django.db import migrations

from portal.core import grants

STATEMENT_SUM = """
CREATE FUNCTION warranty_statement_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    parent bigint := COALESCE(to_jsonb(NEW) ->> 'statement_id', to_jsonb(NEW) ->> 'id')::bigint;
    said record;
    lines numeric;
    taxes numeric;
BEGIN
    -- the lock first: without it two writers each see only their own lines
    SELECT net, tax INTO said FROM warranty_statement WHERE id = parent FOR NO KEY UPDATE;
    SELECT COALESCE(SUM(amount), 0) INTO lines FROM warranty_statementline WHERE statement_id = parent;
    SELECT COALESCE(SUM(tax), 0) INTO taxes FROM warranty_statementtaxgroup WHERE statement_id = parent;
    IF (said.net, said.tax) IS DISTINCT FROM (lines, taxes) THEN
        RAISE EXCEPTION 'statement %: net % tax %, lines % groups %', parent, said.net, said.tax, lines, taxes
            USING ERRCODE = 'check_violation', CONSTRAINT = 'statement_adds_up';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER statement_adds_up AFTER INSERT OR UPDATE ON warranty_statement
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION warranty_statement_adds_up();
CREATE CONSTRAINT TRIGGER statement_line_adds_up AFTER INSERT OR UPDATE ON warranty_statementline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION warranty_statement_adds_up();
CREATE CONSTRAINT TRIGGER statement_group_adds_up AFTER INSERT OR UPDATE ON warranty_statementtaxgroup
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION warranty_statement_adds_up();
"""

LINES_KEEP = """
CREATE FUNCTION warranty_statement_line_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.statement_id, OLD.item_id, OLD.position, OLD.kind, OLD.source, OLD.parts_amount, OLD.labor_amount,
        OLD.travel_amount, OLD.other_amount, OLD.amount, OLD.tax_rate, OLD.text, OLD.reason) IS DISTINCT FROM
       (NEW.statement_id, NEW.item_id, NEW.position, NEW.kind, NEW.source, NEW.parts_amount, NEW.labor_amount,
        NEW.travel_amount, NEW.other_amount, NEW.amount, NEW.tax_rate, NEW.text, NEW.reason) THEN
        RAISE EXCEPTION 'a statement line keeps its facts'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'statement_line_keeps_its_facts';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER statement_line_keeps_its_facts BEFORE UPDATE ON warranty_statementline
    FOR EACH ROW EXECUTE FUNCTION warranty_statement_line_keeps();
CREATE FUNCTION warranty_settlement_item_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.station_id, OLD.claim_id, OLD.kind, OLD.source, OLD.parts_amount, OLD.labor_amount,
        OLD.travel_amount, OLD.other_amount, OLD.amount, OLD.tax_rate, OLD.at, OLD.text) IS DISTINCT FROM
       (NEW.station_id, NEW.claim_id, NEW.kind, NEW.source, NEW.parts_amount, NEW.labor_amount, NEW.travel_amount,
        NEW.other_amount, NEW.amount, NEW.tax_rate, NEW.at, NEW.text) THEN
        RAISE EXCEPTION 'a settlement item keeps its facts; post its opposite'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'settlement_item_keeps_its_facts';
    END IF;
    IF EXISTS (SELECT 1 FROM warranty_closedmonth closed
               WHERE closed.station_id = NEW.station_id AND closed.period = NEW.period) THEN
        RAISE EXCEPTION 'month % of station % is closed', NEW.period, NEW.station_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'nothing_posts_into_a_closed_month';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER settlement_item_keeps_its_facts BEFORE INSERT OR UPDATE ON warranty_settlementitem
    FOR EACH ROW EXECUTE FUNCTION warranty_settlement_item_keeps();
CREATE FUNCTION warranty_stated_claim_keeps() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.approved_amount, OLD.approved_qty, OLD.approved_hours) IS DISTINCT FROM
       (NEW.approved_amount, NEW.approved_qty, NEW.approved_hours) AND EXISTS (
        SELECT 1 FROM warranty_settlementitem item
        JOIN warranty_statementline line ON line.item_id = item.id AND line.is_live
        JOIN warranty_statement statement ON statement.id = line.statement_id
        WHERE item.claim_id = NEW.claim_id AND item.kind = 'claim' AND statement.status <> 'draft') THEN
        RAISE EXCEPTION 'claim % stands on an issued statement', NEW.claim_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'claim_on_a_statement_keeps_its_amounts';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER claim_on_a_statement_keeps_its_amounts BEFORE UPDATE ON warranty_claimline
    FOR EACH ROW EXECUTE FUNCTION warranty_stated_claim_keeps();
"""

CHARGEBACK_SUM = """
CREATE FUNCTION warranty_chargeback_adds_up() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    parent bigint := COALESCE(to_jsonb(NEW) ->> 'chargeback_id', to_jsonb(NEW) ->> 'id')::bigint;
    said record;
    lines record;
BEGIN
    SELECT claimed, accepted, disputed, answered_at INTO said FROM warranty_chargeback WHERE id = parent FOR NO KEY UPDATE;
    SELECT COALESCE(SUM(claimed), 0) AS claimed, COALESCE(SUM(accepted), 0) AS accepted,
           COALESCE(SUM(disputed), 0) AS disputed INTO lines
    FROM warranty_chargebackline WHERE chargeback_id = parent AND is_live;
    IF (said.claimed, said.accepted, said.disputed) IS DISTINCT FROM (lines.claimed, lines.accepted, lines.disputed) THEN
        RAISE EXCEPTION 'chargeback %: % % %, lines % % %', parent, said.claimed, said.accepted, said.disputed,
            lines.claimed, lines.accepted, lines.disputed
            USING ERRCODE = 'check_violation', CONSTRAINT = 'chargeback_adds_up';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER chargeback_adds_up AFTER INSERT OR UPDATE ON warranty_chargeback
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION warranty_chargeback_adds_up();
CREATE CONSTRAINT TRIGGER chargeback_line_adds_up AFTER INSERT OR UPDATE ON warranty_chargebackline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION warranty_chargeback_adds_up();
CREATE FUNCTION warranty_recovery_counts() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
    SET search_path = public AS $$
BEGIN
    UPDATE warranty_chargeback SET recovered = recovered + NEW.amount WHERE id = NEW.chargeback_id;
    RETURN NULL;
END $$;
CREATE TRIGGER recovery_counts AFTER INSERT ON warranty_recoveryentry
    FOR EACH ROW EXECUTE FUNCTION warranty_recovery_counts();
CREATE FUNCTION warranty_recovered_only_by_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF pg_trigger_depth() < 2 THEN
        RAISE EXCEPTION 'recovered follows the recovery entries'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'recovered_follows_its_entries';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER recovered_follows_its_entries BEFORE UPDATE OF recovered ON warranty_chargeback
    FOR EACH ROW WHEN (OLD.recovered IS DISTINCT FROM NEW.recovered)
    EXECUTE FUNCTION warranty_recovered_only_by_entries();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("warranty", "0003_settlement")]
    operations: ClassVar = [
        grants.append_only(
            "warranty_custodyentry", "warranty_appraisal", "warranty_recoveryentry", "warranty_closedmonth"
        ),
        grants.run(
            "REVOKE DELETE, TRUNCATE ON warranty_statement, warranty_statementline, warranty_statementtaxgroup,"
            " warranty_settlementitem, warranty_chargeback, warranty_chargebackline, warranty_recoverycase,"
            " warranty_failedpart, warranty_partbox FROM {role}"
        ),
        grants.run("REVOKE UPDATE ON warranty_statementtaxgroup FROM {role}"),
        migrations.RunSQL(STATEMENT_SUM, migrations.RunSQL.noop),
        migrations.RunSQL(LINES_KEEP, migrations.RunSQL.noop),
        migrations.RunSQL(CHARGEBACK_SUM, migrations.RunSQL.noop),
    ]
