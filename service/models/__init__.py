"""The tables of service, a module a topic."""

from service.models.customers import Customer, InstalledUnit, UnitStatus, UsageReading
from service.models.faults import FaultCode
from service.models.intake import Category, Channel, ProblemClass, ServiceRequest, Urgency
from service.models.labor import LaborOperation
from service.models.work_orders import IssuedPart, PartAction, WorkedHours, WorkOrder
from service.states import RequestStatus, WorkOrderStatus

__all__ = [
    "Category",
    "Channel",
    "Customer",
    "FaultCode",
    "InstalledUnit",
    "IssuedPart",
    "LaborOperation",
    "PartAction",
    "ProblemClass",
    "RequestStatus",
    "ServiceRequest",
    "UnitStatus",
    "Urgency",
    "UsageReading",
    "WorkOrder",
    "WorkOrderStatus",
    "WorkedHours",
]
