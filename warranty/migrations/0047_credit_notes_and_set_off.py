"""A supplier gives money, a credit note of its own or a set-off; what our credit notes left owed to it is paid back."""

from decimal import Decimal

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from portal.core import grants

# What a credit note of ours took off a note was always entered under its number.
AS_ENTERED = """
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE warranty_recoveryentry entry SET supplier_id = note.supplier_id
FROM warranty_chargeback note WHERE note.id = entry.chargeback_id;
UPDATE warranty_recoveryentry SET kind = 'owed_back'
WHERE amount < 0 AND source IN (SELECT number FROM core_document WHERE kind = 'credit_note');
"""

ENTRIES_FIT = """
CREATE FUNCTION warranty_recovery_entry_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    most numeric;
BEGIN
    SELECT supplier_id INTO NEW.supplier_id FROM warranty_chargeback WHERE id = NEW.chargeback_id;
    IF NEW.kind = 'offset' AND NEW.amount > 0 THEN
        SELECT COALESCE(SUM(line.accepted), 0) INTO most FROM warranty_chargebackline line
        JOIN warranty_recoverycase recovery ON recovery.id = line.case_id
        JOIN warranty_supplieragreement agreement ON agreement.id = recovery.agreement_id AND agreement.offset_right
        WHERE line.chargeback_id = NEW.chargeback_id AND line.is_live;
        SELECT most - COALESCE(SUM(amount), 0) INTO most FROM warranty_recoveryentry
        WHERE chargeback_id = NEW.chargeback_id AND kind = 'offset';
        IF NEW.amount > most THEN
            RAISE EXCEPTION 'set off % of at most %', NEW.amount, most
                USING ERRCODE = 'check_violation', CONSTRAINT = 'set_off_only_by_right';
        END IF;
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER recovery_entry_fits BEFORE INSERT ON warranty_recoveryentry
    FOR EACH ROW EXECUTE FUNCTION warranty_recovery_entry_fits();
CREATE FUNCTION warranty_repayment_fits() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    owed numeric;
BEGIN
    SELECT -amount INTO owed FROM warranty_recoveryentry WHERE id = NEW.entry_id AND kind = 'owed_back';
    IF owed IS NULL OR NEW.amount + (
        SELECT COALESCE(SUM(amount), 0) FROM warranty_supplierrepayment WHERE entry_id = NEW.entry_id) > owed THEN
        RAISE EXCEPTION 'repaid more than the % owed', owed
            USING ERRCODE = 'check_violation', CONSTRAINT = 'never_repaid_more_than_owed';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER supplier_repayment_fits BEFORE INSERT ON warranty_supplierrepayment
    FOR EACH ROW EXECUTE FUNCTION warranty_repayment_fits();
"""
GONE = """
DROP TRIGGER recovery_entry_fits ON warranty_recoveryentry;
DROP FUNCTION warranty_recovery_entry_fits();
DROP TRIGGER supplier_repayment_fits ON warranty_supplierrepayment;
DROP FUNCTION warranty_repayment_fits();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("parts", "0028_picking_is_confirmed"),
        ("warranty", "0046_passed_on_to_another"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SupplierRepayment",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("source", models.CharField(max_length=60, verbose_name="bank reference")),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14, verbose_name="amount")),
                ("paid_on", models.DateField(verbose_name="paid on")),
                ("at", models.DateTimeField(verbose_name="entered at")),
            ],
            options={
                "verbose_name": "repayment to a supplier",
                "verbose_name_plural": "repayments to suppliers",
                "ordering": ["-paid_on", "-pk"],
            },
        ),
        migrations.AddField(
            model_name="recoveryentry",
            name="kind",
            field=models.CharField(
                choices=[
                    ("cash", "Payment"),
                    ("credit", "Credit note of the supplier"),
                    ("offset", "Set off"),
                    ("owed_back", "Owed back with our credit note"),
                ],
                db_default="cash",
                default="cash",
                max_length=10,
                verbose_name="kind",
            ),
        ),
        migrations.AddField(
            model_name="recoveryentry",
            name="supplier",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="parts.supplier",
                verbose_name="supplier",
            ),
        ),
        migrations.AlterField(
            model_name="recoveryentry",
            name="source",
            field=models.CharField(max_length=60, verbose_name="reference"),
        ),
        migrations.RunSQL(AS_ENTERED, migrations.RunSQL.noop),
        migrations.AddConstraint(
            model_name="recoveryentry",
            constraint=models.UniqueConstraint(
                condition=models.Q(("kind", "credit")),
                fields=("supplier", "source"),
                name="credit_note_of_a_supplier_counts_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="recoveryentry",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["cash", "credit", "offset", "owed_back"])),
                name="supplier_payment_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="recoveryentry",
            constraint=models.CheckConstraint(
                condition=models.Q(models.Q(("kind", "owed_back"), _negated=True), ("amount__lt", 0), _connector="OR"),
                name="what_is_owed_back_leaves_the_note",
            ),
        ),
        migrations.AddField(
            model_name="supplierrepayment",
            name="actor",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="by",
            ),
        ),
        migrations.AddField(
            model_name="supplierrepayment",
            name="entry",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="repayments",
                to="warranty.recoveryentry",
                verbose_name="owed back",
            ),
        ),
        migrations.AddConstraint(
            model_name="supplierrepayment",
            constraint=models.UniqueConstraint(fields=("entry", "source"), name="supplier_repaid_once_per_reference"),
        ),
        migrations.AddConstraint(
            model_name="supplierrepayment",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gte", Decimal("0.01")), ("amount__lte", Decimal("99999999"))),
                name="supplier_repayment_in_bounds",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="supplierrepayment",
            trigger=pgtrigger.compiler.Trigger(
                name="supplier_repayment_append_only",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                    hash="0c83c23617f49c1f31cf81560b6b74b4d997d80c",
                    operation="UPDATE OR DELETE",
                    pgid="pgtrigger_supplier_repayment_append_only_0ce27",
                    table="warranty_supplierrepayment",
                    when="BEFORE",
                ),
            ),
        ),
        grants.append_only("warranty_supplierrepayment"),
        migrations.RunSQL(ENTRIES_FIT, GONE),
    ]
