"""Every error a person can meet.

AmparoError                 exit status 1
├── DataError               something in data/ or locales/ is wrong; carries the problems
├── ModelError              no trained model, or one that cannot be read
├── ChannelError            a channel cannot start or go on (address in use, token refused, server away)
└── UsageError              exit status 2: a wrong argument or setting
    ├── SettingError        an environment variable is missing or malformed
    └── MissingExtra        an optional part of the installation is needed

Messages say where, what, what was expected and what to do, in one or two lines.
"""

from __future__ import annotations


class AmparoError(Exception):
    """Base of all errors; `code` is the stable name used in JSON, `exit_status` the process's."""

    code = "error"
    exit_status = 1


class DataError(AmparoError):
    """Something in data/ or locales/ cannot be used."""

    code = "bad_data"


class ModelError(AmparoError):
    """No trained model, or one that cannot be read."""

    code = "bad_model"


class ChannelError(AmparoError):
    """A channel cannot start or cannot go on."""

    code = "channel_failed"


class UsageError(AmparoError):
    """A wrong argument: the caller can mend it."""

    code = "bad_request"
    exit_status = 2


class SettingError(UsageError):
    """An environment variable is missing or malformed."""

    code = "bad_setting"


class MissingExtra(UsageError):
    """An optional part of the installation is needed for this."""

    code = "missing_extra"
