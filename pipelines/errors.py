"""The family of errors that speak to the person who must act.

The message is Chinese and says what, where and what to do. The command line maps the four kinds to exit codes.
"""


class HubeiRepliesError(Exception):
    """Anything that we raise for a person to read."""


class ConfigurationError(HubeiRepliesError):
    """A declaration, an option or the environment is wrong; raised before any work is done."""


class DataUnreadable(HubeiRepliesError):
    """A database is missing, damaged or of another version; the message names the file and what to do."""


class Locked(HubeiRepliesError):
    """Another process works on the same data folder; the message says which and since when."""
