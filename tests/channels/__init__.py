"""Tests of the channels.

Rasa's old apscheduler, which python-telegram-bot imports where it is installed, warns about pkg_resources:
imported here once, so that warnings can be errors everywhere else.
"""

import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import telegram.ext  # noqa: F401
