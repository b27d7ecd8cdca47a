"""A note all of whose lines were credited is settled, answered or not; those that stayed where they were move to their end."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations

# As warranty.chargebacks.concluding says it of one note: by its lines that count, and by what of them was credited.
ENDED = """
SET CONSTRAINTS ALL IMMEDIATE;
WITH counted AS (
    SELECT note.id, note.number, note.status AS before, note.accepted, note.recovered,
        COUNT(line.id) FILTER (WHERE line.outcome NOT IN ('credited', 'rerouted')) AS asked,
        COUNT(line.id) FILTER (WHERE line.outcome NOT IN ('credited', 'rerouted') AND line.disputed > 0) AS refused,
        COUNT(line.id) FILTER (WHERE line.outcome = '' AND line.disputed > 0) AS waiting
    FROM warranty_chargeback note
    LEFT JOIN warranty_chargebackline line ON line.chargeback_id = note.id AND line.is_live
    WHERE note.status IN ('sent', 'acknowledged', 'accepted', 'part_accepted', 'disputed')
    GROUP BY note.id
), ended AS (
    SELECT id, number, before, CASE
        WHEN before IN ('sent', 'acknowledged') THEN CASE WHEN asked = 0 THEN 'settled' ELSE before END
        WHEN waiting > 0 THEN before
        WHEN accepted = 0 AND asked > 0 THEN 'written_off'
        WHEN recovered = accepted THEN 'settled'
        WHEN refused = 0 THEN 'accepted'
        ELSE 'part_accepted'
    END AS after FROM counted
), moved AS (
    UPDATE warranty_chargeback note SET status = ended.after FROM ended
    WHERE note.id = ended.id AND ended.after <> ended.before
    RETURNING note.id, note.number, ended.before, ended.after
)
INSERT INTO core_event (subject_type, subject_id, subject_number, root, kind, from_status, to_status, role, at, note, data,
    request_id)
SELECT 'warranty.chargeback', id, number, number, 'chargeback.' || after, before, after, '', now(), '', '{}', ''
FROM moved ORDER BY id;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("warranty", "0064_further_tests"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="chargeback",
            name="chargeback_moves_as_tabled",
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="chargeback",
            trigger=pgtrigger.compiler.Trigger(
                name="chargeback_moves_as_tabled",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="\n            IF TG_OP = 'INSERT' THEN\n                IF NEW.status <> 'open' THEN\n                    RAISE EXCEPTION 'new row in status %', NEW.status\n                        USING ERRCODE = 'check_violation', CONSTRAINT = 'chargeback_moves_as_tabled';\n                END IF;\n            ELSIF NEW.status <> OLD.status\n                AND OLD.status || '>' || NEW.status <> ALL ('{accepted>settled,accepted>written_off,acknowledged>accepted,acknowledged>disputed,acknowledged>part_accepted,acknowledged>settled,disputed>accepted,disputed>part_accepted,disputed>settled,disputed>written_off,open>sent,open>withdrawn,part_accepted>accepted,part_accepted>settled,part_accepted>written_off,sent>accepted,sent>acknowledged,sent>disputed,sent>part_accepted,sent>settled}'::text[]) THEN\n                RAISE EXCEPTION 'move % -> %', OLD.status, NEW.status\n                    USING ERRCODE = 'check_violation', CONSTRAINT = 'chargeback_moves_as_tabled';\n            END IF;\n            RETURN NEW;\n        ",
                    hash="1f386c240adf91a46fe6612957f1a3fad5242194",
                    operation="INSERT OR UPDATE",
                    pgid="pgtrigger_chargeback_moves_as_tabled_46f38",
                    table="warranty_chargeback",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL(ENDED, migrations.RunSQL.noop),
    ]
