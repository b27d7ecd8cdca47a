"""Measures: like the demo, without throttles, so that what is measured is the work."""

from portal.settings.base import REST_FRAMEWORK
from portal.settings.dev import *  # noqa: F403 settings are one namespace

REST_FRAMEWORK = REST_FRAMEWORK | {"DEFAULT_THROTTLE_CLASSES": []}
WHITENOISE_AUTOREFRESH = True
