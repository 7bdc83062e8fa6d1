"""What goes wrong with an address besides its answer; each error carries the outcome that it means.

FetchError
 ├── RefusedAddressError    refused_address  not http(s), an odd port, or a private address
 ├── OffSiteError           off_site         not one of the source's hosts
 ├── RobotsDeniedError      robots_denied    robots.txt disallows it, or is closed by a server error
 ├── RobotsUnreachableError (its cause's)    robots.txt cannot be asked for, so nothing may be
 ├── HostWaitingError       rate_limited     the host asks for longer waits than we take
 ├── HostUnreachableError   network_error    no connection several times in a row; left alone for some minutes
 ├── RedirectError          server_error     redirects in a circle, or too many
 └── BodyError
      ├── TooLargeError         too_large      unpacks to more than the limit
      ├── BrokenBodyError       network_error  does not unpack
      └── UnknownEncodingError  wrong_type     in an encoding that was not asked for
"""

from storage.outcomes import Outcome


class FetchError(Exception):
    """An address cannot be had; `outcome` says what that makes of it."""

    outcome: Outcome


class RefusedAddressError(FetchError):
    """The address is not one that this program connects to."""

    outcome = Outcome.REFUSED_ADDRESS


class OffSiteError(FetchError):
    """The address is on a host that is not one of the source's."""

    outcome = Outcome.OFF_SITE


class RobotsDeniedError(FetchError):
    """robots.txt does not allow the address."""

    outcome = Outcome.ROBOTS_DENIED


class RobotsUnreachableError(FetchError):
    """robots.txt cannot be asked for, for the reason that `outcome` names."""

    def __init__(self, message: str, outcome: Outcome) -> None:
        """Keeps the outcome of asking for robots.txt."""
        super().__init__(message)
        self.outcome = outcome


class HostWaitingError(FetchError):
    """The host, or its robots.txt, asks for longer waits than the settings allow."""

    outcome = Outcome.RATE_LIMITED


class HostUnreachableError(FetchError):
    """The host could not be connected to several times in a row."""

    outcome = Outcome.NETWORK_ERROR


class RedirectError(FetchError):
    """The redirects lead nowhere."""

    outcome = Outcome.SERVER_ERROR


class BodyError(FetchError):
    """The body cannot be unpacked."""


class TooLargeError(BodyError):
    """The body unpacks to more than the limit."""

    outcome = Outcome.TOO_LARGE


class BrokenBodyError(BodyError):
    """The body is not what its Content-Encoding says, or ends too early."""

    outcome = Outcome.NETWORK_ERROR


class UnknownEncodingError(BodyError):
    """The body is in an encoding that was not asked for."""

    outcome = Outcome.WRONG_TYPE
