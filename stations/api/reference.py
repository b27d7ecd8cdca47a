"""What other endpoints name by code: product families and models, centers, dealers and their classes, equipment items."""

from rest_framework import serializers

from portal.core.endpoints import ListEndpoint, RowSerializer
from stations.models import Dealer, DealerClass, EquipmentItem, OperationCenter, ProductFamily, ProductModel


class FamilyRow(RowSerializer):
    """A product family."""

    class Meta:
        model = ProductFamily
        fields = ["code", "name", "name_en", "tier"]


class Families(ListEndpoint):
    """Product families by code."""

    model = ProductFamily
    permission = "stations.view_productfamily"
    row_class = FamilyRow
    ordering = ("code",)


class ModelRow(RowSerializer):
    """A product model."""

    family = serializers.CharField(source="family.code")
    brand = serializers.CharField(source="brand.code")

    class Meta:
        model = ProductModel
        fields = ["code", "name", "name_en", "family", "brand"]


class Models(ListEndpoint):
    """Product models by code."""

    model = ProductModel
    permission = "stations.view_productmodel"
    row_class = ModelRow
    ordering = ("code",)
    select_related = ("family", "brand")


class CenterRow(RowSerializer):
    """An operation center with its region."""

    region = serializers.CharField(source="region.code")

    class Meta:
        model = OperationCenter
        fields = ["code", "name", "name_en", "region"]


class Centers(ListEndpoint):
    """Operation centers by code."""

    model = OperationCenter
    permission = "stations.view_operationcenter"
    row_class = CenterRow
    ordering = ("code",)
    select_related = ("region",)


class DealerRow(RowSerializer):
    """A dealer with its principal."""

    principal = serializers.CharField(source="principal.code")

    class Meta:
        model = Dealer
        fields = ["code", "name", "name_en", "principal"]


class Dealers(ListEndpoint):
    """Dealers of the caller's scope by code."""

    model = Dealer
    permission = "stations.view_dealer"
    row_class = DealerRow
    ordering = ("code",)
    select_related = ("principal",)


class DealerClassRow(RowSerializer):
    """A class of dealers and what it owes."""

    class Meta:
        model = DealerClass
        fields = ["code", "name", "name_en", "must_build", "obligations", "obligations_en"]


class DealerClasses(ListEndpoint):
    """Classes of dealers by code."""

    model = DealerClass
    permission = "stations.view_dealerclass"
    row_class = DealerClassRow
    ordering = ("code",)


class ItemRow(RowSerializer):
    """A kind of equipment that stations keep."""

    class Meta:
        model = EquipmentItem
        fields = ["code", "name", "name_en", "calibration_months", "is_active"]


class Items(ListEndpoint):
    """Kinds of equipment by code."""

    model = EquipmentItem
    permission = "stations.view_equipmentitem"
    row_class = ItemRow
    ordering = ("code",)
