"""A statement adds up by one check a statement of SQL instead of one a line, as a chargeback note does since 0040.

The check of the sums is the statement's own, deferred to the end of the transaction; lines and tax groups only ask for it.
"""

from typing import ClassVar

from django.db import migrations

ASK_ONCE = """
DROP TRIGGER statement_line_adds_up ON warranty_statementline;
DROP TRIGGER statement_group_adds_up ON warranty_statementtaxgroup;
CREATE FUNCTION warranty_statement_lines_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE warranty_statement SET net = net WHERE id IN (SELECT statement_id FROM changed);
    RETURN NULL;
END $$;
CREATE TRIGGER statement_lines_inserted AFTER INSERT ON warranty_statementline
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION warranty_statement_lines_changed();
CREATE TRIGGER statement_lines_updated AFTER UPDATE ON warranty_statementline
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION warranty_statement_lines_changed();
CREATE TRIGGER statement_groups_inserted AFTER INSERT ON warranty_statementtaxgroup
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION warranty_statement_lines_changed();
CREATE TRIGGER statement_groups_updated AFTER UPDATE ON warranty_statementtaxgroup
    REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION warranty_statement_lines_changed();
"""

ASK_EACH = """
DROP TRIGGER statement_lines_inserted ON warranty_statementline;
DROP TRIGGER statement_lines_updated ON warranty_statementline;
DROP TRIGGER statement_groups_inserted ON warranty_statementtaxgroup;
DROP TRIGGER statement_groups_updated ON warranty_statementtaxgroup;
DROP FUNCTION warranty_statement_lines_changed();
CREATE CONSTRAINT TRIGGER statement_line_adds_up AFTER INSERT OR UPDATE ON warranty_statementline
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION warranty_statement_adds_up();
CREATE CONSTRAINT TRIGGER statement_group_adds_up AFTER INSERT OR UPDATE ON warranty_statementtaxgroup
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION warranty_statement_adds_up();
"""


class Migration(migrations.Migration):
    dependencies: ClassVar = [("warranty", "0047_credit_notes_and_set_off")]
    operations: ClassVar = [migrations.RunSQL(ASK_ONCE, ASK_EACH)]
