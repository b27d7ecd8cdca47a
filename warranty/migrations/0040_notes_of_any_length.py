"""A note may have more lines than a small integer counts, and adds up by one check a statement instead of one a line.

The check of the sums is the note's own, deferred to the end of the transaction; lines only ask for it. Asked by each line,
a note of 200,000 lines would have been added up 200,000 times.
"""

from typing import ClassVar

from django.db import migrations, models

ASK_ONCE = """
DROP TRIGGER chargeback_line_adds_up ON warranty_chargebackline;
CREATE FUNCTION warranty_chargeback_lines_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE warranty_chargeback SET claimed = claimed WHERE id IN (SELECT chargeback_id FROM changed);
    RETURN NULL;
END $$;
CREATE TRIGGER chargeback_lines_inserted AFTER INSERT ON warranty_chargebackline
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION warranty_chargeback_lines_changed();
CREATE TRIGGER chargeback_lines_updated AFTER UPDATE ON warranty_chargebackline
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION warranty_chargeback_lines_changed();
"""

ASK_EACH = """
DROP TRIGGER chargeback_lines_inserted ON warranty_chargebackline;
DROP TRIGGER chargeback_lines_updated ON warranty_chargebackline;
DROP FUNCTION warranty_chargeback_lines_changed();
CREATE CONSTRAINT TRIGGER chargeback_line_adds_up AFTER INSERT OR UPDATE ON warranty_chargebackline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION warranty_chargeback_adds_up();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("warranty", "0039_statement_reminder")]
    operations: ClassVar = [
        migrations.RunSQL(ASK_ONCE, ASK_EACH),
        migrations.AlterField(
            model_name="chargebackline",
            name="position",
            field=models.PositiveIntegerField(verbose_name="no."),
        ),
    ]
