"""What every page of the shell shows besides its own content."""

from typing import Any

from django.http import HttpRequest


def shell(request: HttpRequest) -> dict[str, Any]:
    """Values for base.html."""
    return {}
