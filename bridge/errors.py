"""Errors named by what the caller must do next. Callers decide by class, never by message text."""

from datetime import timedelta


class BridgeError(Exception):
    """Root. Caught once, in the shell."""


class UserError(BridgeError):
    """Something the person at the keyboard can mend. Shown as one sentence, without a traceback; exit code 2.

    The message is a translatable template; `values` fills it. So the shell can say it in the user's language while the code
    that raises stays free of locale.
    """

    exit_code = 2

    def __init__(self, template: str, **values: object) -> None:
        super().__init__(template.format(**values) if values else template)
        self.template = template
        self.values = values


class TryLater(UserError):
    """Nothing is wrong with the data: a disk is full, a database is locked, a channel is down. Exit code 4."""

    exit_code = 4


class Stopped(TryLater):
    """Somebody asked this process to end. What was sent is settled, what was not waits in the journal. Exit code 4."""


class NeedsAuthorisation(UserError):
    """A person must authorise a shop (again). Exit code 5."""

    exit_code = 5


class GuardTripped(UserError):
    """A plan would take away more than the set share of a shop. A person confirms; exit code 6."""

    exit_code = 6


class AlreadyRunning(UserError):
    """Another run holds the lock. Exit code 7."""

    exit_code = 7


class ChannelError(BridgeError):
    """Base of everything a marketplace can do to us."""

    no_effect = False  # True: the channel certainly did not act on the request
    meaning = ""  # what the connector's table says it means to people: a name of `bridge.connectors.meanings`

    def __init__(self, message: str, retry_after: timedelta | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class ChannelUnavailable(ChannelError):
    """Announced maintenance, connection refused. Wait and send again."""

    no_effect = True


class RateLimited(ChannelUnavailable):
    """Too many calls. Wait as told; `scope` ("shop", "app") says whom it concerns, where the channel says so."""

    def __init__(self, message: str, retry_after: timedelta | None = None, scope: str = "shop") -> None:
        super().__init__(message, retry_after)
        self.scope = scope


class OutcomeUnknown(ChannelError):
    """Timed out or 5xx after sending. Look at the channel before sending again."""


class Rejected(ChannelError):
    """The channel refused the data and will refuse it again until the data changes."""

    no_effect = True

    def __init__(self, message: str, code: str = "") -> None:
        super().__init__(message)
        self.code = code


class TokenExpired(ChannelError):
    """The access token is over. http.py has it renewed (`TokenVault`) and repeats the call once; nobody acts."""

    no_effect = True


class AuthExpired(ChannelError):
    """The shop must be authorised again. It is paused; the merchant acts."""

    no_effect = True


class ShopBlocked(ChannelError):
    """The shop is on holiday or banned. It is paused; the merchant acts."""

    no_effect = True


class Misconfigured(ChannelError):
    """Wrong key, signature or address. All shops of the app are paused; the operator acts."""

    no_effect = True
