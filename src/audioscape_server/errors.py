"""The errors of the server, each with its code, and the one table that maps codes to HTTP.

Raise the class that says whose fault it is; the edge (intake, api, cli) turns it into an answer. What strangers see is
the text of the error for the client's own faults, and a fixed text for ours.
"""

from __future__ import annotations

from http import HTTPStatus


class AudioScapeError(Exception):
    """Something went wrong. An error's docstring is its default text."""

    status = HTTPStatus.INTERNAL_SERVER_ERROR

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or (self.__doc__ or "").strip())


class InvalidRequestError(AudioScapeError):
    """The request is not valid."""

    status = HTTPStatus.BAD_REQUEST


class UnauthorizedError(AudioScapeError):
    """Unauthorized"""  # noqa: D415 - this is the text of the answer, to the letter

    status = HTTPStatus.UNAUTHORIZED


class WrongPasswordError(AudioScapeError):
    """The email or the password is wrong."""

    status = HTTPStatus.UNAUTHORIZED


class ForbiddenError(AudioScapeError):
    """This key may not do that."""

    status = HTTPStatus.FORBIDDEN


class OtherProjectError(AudioScapeError):
    """This session shows another project by now. Load the page anew."""

    status = HTTPStatus.PRECONDITION_FAILED


class TooManyRequestsError(AudioScapeError):
    """Too Many Requests"""  # noqa: D415 - this is the text of the answer, to the letter

    status = HTTPStatus.TOO_MANY_REQUESTS

    def __init__(self, headers: list[tuple[bytes, bytes]]) -> None:
        super().__init__()
        #: Retry-After, and how the key or the address stands.
        self.headers = headers


class NotFoundError(AudioScapeError):
    """There is no such thing here."""

    status = HTTPStatus.NOT_FOUND


class ServiceUnavailableError(AudioScapeError):
    """Service Unavailable"""  # noqa: D415 - this is the text of the answer, to the letter

    status = HTTPStatus.SERVICE_UNAVAILABLE
    #: Seconds after which trying again is worth it.
    retry_after_s = 5


class KeyStoreUnavailableError(ServiceUnavailableError):
    """The control database does not answer, so an unknown key cannot be told from a new one."""


class SpoolUnavailableError(ServiceUnavailableError):
    """The spool cannot be written now."""


class OverloadedError(ServiceUnavailableError):
    """Too much waits to be done; the next moment may do."""

    retry_after_s = 1


class ClockInDoubtError(ServiceUnavailableError):
    """The clock may be wrong, so what looks too old or too far ahead may be neither."""

    retry_after_s = 60


class ConfigurationError(AudioScapeError):
    """A setting is wrong. The text says which, what was found and what is expected."""

    status = HTTPStatus.BAD_REQUEST
