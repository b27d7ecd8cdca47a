"""What was talked about with a candidate stays as it was written; so does the history of duties."""

from typing import ClassVar

from django.db import migrations

from portal.core import grants


class Migration(migrations.Migration):
    dependencies: ClassVar = [("stations", "0003_network_recruiting")]
    operations: ClassVar = [grants.append_only("stations_negotiationentry", "stations_dealerdutyevent")]
