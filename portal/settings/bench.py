"""Measures: like the demo, without throttles and without a log on the terminal, so that what is measured is the work."""

from portal.core.logs import configure
from portal.settings.base import REST_FRAMEWORK
from portal.settings.dev import *  # noqa: F403 settings are one namespace

REST_FRAMEWORK = REST_FRAMEWORK | {"DEFAULT_THROTTLE_CLASSES": []}
WHITENOISE_AUTOREFRESH = True
LOGGING = configure(json=True, level="WARNING")
