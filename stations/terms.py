"""What a contract covers: brands, product families, area. Not here: signing it (onboarding), preparing it (renewals)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from portal.core.models import Division
from stations.models import Brand, Contract, ProductFamily, Renewal, Station


@dataclass(frozen=True)
class Terms:
    """No family named is all families of the brands; no division named is the station's own."""

    brands: Sequence[Brand] = ()
    families: Sequence[ProductFamily] = ()
    divisions: Sequence[Division] = ()

    @classmethod
    def of(cls, held: Contract | Renewal | None) -> Self:
        """What a contract or a renewal says."""
        if held is None:
            return cls()
        return cls(list(held.brands.all()), list(held.families.all()), list(held.divisions.all()))

    def or_else(self, other: "Terms") -> "Terms":
        """Each where it is said here, else as there."""
        return Terms(self.brands or other.brands, self.families or other.families, self.divisions or other.divisions)

    def write(self, held: Contract | Renewal) -> None:
        """The terms stand with the contract, for ever once it is signed."""
        held.brands.add(*self.brands)
        held.families.add(*self.families)
        held.divisions.add(*self.divisions)

    def codes(self) -> dict[str, Any]:
        """For the event's data."""
        return {
            "brands": [each.code for each in self.brands],
            "families": [each.code for each in self.families],
            "divisions": [each.code for each in self.divisions],
        }


def named_terms(given: Mapping[str, Any]) -> dict[str, Any]:
    """What a form or program gave, with brands, families and divisions as one value."""
    rest = dict(given)
    terms = Terms(*(list(rest.pop(name, None) or ()) for name in ("brands", "families", "divisions")))
    return rest | {"terms": terms}


def usual_terms(station: Station, principal: Brand | None) -> Terms:
    """What a contract covers where nothing else is said: the principal's brand, all families, the station's county."""
    brand = principal or station.dealer.principal
    place = Division.objects.filter(code=station.division[:6]).first() if station.division else None
    return Terms([brand] if brand else [], [], [place] if place else [])
