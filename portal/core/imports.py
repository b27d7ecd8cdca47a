"""What of the floor's tables can be imported."""

from django.utils.translation import gettext_lazy as _

from portal.core.models.divisions import Division, DivisionLevel
from portal.core.transfer.kinds import Column, ImportKind

DIVISIONS = ImportKind(
    "core.divisions",
    _("Administrative divisions"),
    "core.change_division",
    (
        Column("code", _("code"), key=True, max_length=6),
        Column("name", _("name"), required=True, max_length=40),
        Column(
            "level",
            _("level"),
            kind="choice",
            required=True,
            choices={
                "province": DivisionLevel.PROVINCE,
                "city": DivisionLevel.CITY,
                "county": DivisionLevel.COUNTY,
                "省": DivisionLevel.PROVINCE,
                "市": DivisionLevel.CITY,
                "县": DivisionLevel.COUNTY,
            },
        ),
        Column("parent", _("part of"), references=(Division, "code")),
        Column("full_name", _("full name"), required=True, max_length=120),
        Column("longitude", _("longitude"), kind="decimal", places=6, low=-180, high=180),
        Column("latitude", _("latitude"), kind="decimal", places=6, low=-90, high=90),
    ),
    model=Division,
)
