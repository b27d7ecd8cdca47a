"""Headquarters' pages for the masters and queues of the service desk."""

from service.admin import desk, masters  # noqa: F401 registers
