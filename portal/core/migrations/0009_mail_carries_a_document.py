"""A mail may carry a document as its PDF."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0008_import_headings"),
    ]

    operations = [
        migrations.AddField(
            model_name="mailoutbox",
            name="document",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="core.document",
                verbose_name="attached document",
            ),
        ),
    ]
