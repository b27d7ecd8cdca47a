"""Named points at which a test kills its process: whoever does the work again must lose nothing and double nothing.

Outside the suite nothing reads the environment: settings.FAILPOINTS is False.
"""

import os
import signal
from collections import Counter

from django.conf import settings

VARIABLE = "YIZHAN_FAIL_AT"  # "name" kills at the first pass, "name:3" at the third
_passed: Counter[str] = Counter()


def failpoint(name: str) -> None:
    """The process ends here, as by a pulled plug, if the environment says so."""
    if not settings.FAILPOINTS:
        return
    wanted, _colon, count = os.environ.get(VARIABLE, "").partition(":")
    if wanted == name:
        _passed[name] += 1
        if _passed[name] == int(count or 1):
            os.kill(os.getpid(), signal.SIGKILL)
