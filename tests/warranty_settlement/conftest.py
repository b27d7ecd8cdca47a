"""The desk of old parts, statements and recovery for every test here."""

from tests.desks import desk, june

__all__ = ["desk", "june"]
