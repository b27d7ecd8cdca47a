"""Terms of a signed contract, alarms that were told and account statements are never changed by the app."""

from typing import ClassVar

from django.db import migrations

from portal.core import grants


class Migration(migrations.Migration):
    dependencies: ClassVar = [("stations", "0005_contracts"), ("core", "0001_rights")]
    operations: ClassVar = [
        grants.append_only(
            "stations_contract_brands",
            "stations_contract_families",
            "stations_contract_divisions",
            "stations_contractalarm",
            "stations_accountstatement",
        ),
    ]
