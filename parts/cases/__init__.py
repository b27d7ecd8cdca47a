"""Receiving cases: opening them, deciding them, settling goods and money, telling both sides."""
