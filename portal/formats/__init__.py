"""Formats of dates and figures, per language."""
