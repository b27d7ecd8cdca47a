"""Log lines with structure: one id per request or job step, the same that events and history carry; no secret in an address.

Not here: what is counted (metrics), what the business remembers (events).
"""

import re
from typing import Any

import structlog
from django.dispatch import receiver
from django.http import HttpRequest
from django_structlog import signals

from portal.core.client import address_of

SECRET = re.compile(r"(?<=/)(?:\d+-)?[A-Za-z0-9_:-]{24,}(?=[/\s?]|$)")
QUESTION = re.compile(r"(?<=\S)\?\S*")

type Line = dict[str, Any]


def hide_secrets(_logger: Any, _method: str, line: Line) -> Line:
    """Addresses without what follows the question mark and without the keys of signed links: both can name a person."""
    if isinstance(request := line.get("request"), HttpRequest):  # Django's own warnings carry the object
        line["request"] = f"{request.method} {request.get_full_path()}"
        line.setdefault("request_id", getattr(request, "request_id", ""))
    for name in ("request", "event"):
        if isinstance(text := line.get(name), str) and "/" in text:
            line[name] = SECRET.sub("***", QUESTION.sub("?***", text))
    return line


COMMON: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.add_log_level,
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    hide_secrets,
]


def configure(*, json: bool, level: str = "INFO") -> dict[str, Any]:
    """Settings' LOGGING: our own lines and those of every library leave as JSON, or as text for a person's terminal.

    level: from where on a request and a job have a line of their own; libraries speak from WARNING on.
    """
    structlog.configure(
        processors=[*COMMON, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    renderer: list[Any] = (
        [structlog.processors.format_exc_info, structlog.processors.JSONRenderer(ensure_ascii=False, default=str)]
        if json
        else [structlog.dev.ConsoleRenderer(colors=False)]
    )
    lines = {
        "()": structlog.stdlib.ProcessorFormatter,
        "processors": [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *renderer],
        "foreign_pre_chain": [structlog.stdlib.ExtraAdder(), *COMMON],
    }
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"lines": lines},
        "handlers": {"terminal": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["terminal"], "level": "WARNING"},
        "loggers": {
            "django": {"handlers": [], "level": "WARNING", "propagate": True},
            "django_structlog": {"level": level},
            "procrastinate.worker": {"level": level},
            "portal": {"level": level},
            "weasyprint": {"level": "ERROR"},
        },
    }


@receiver(signals.bind_extra_request_metadata)
def know_request(request: Any, **_sent: Any) -> None:
    """The id that the answer carries, and where it comes from as far as that can be believed."""
    structlog.contextvars.bind_contextvars(request_id=request.request_id, ip=address_of(request))
