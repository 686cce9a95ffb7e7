"""One repository of one registry: where it is, who we are to it, and requests for parts of it."""

from __future__ import annotations

from threading import Lock
from typing import TYPE_CHECKING

from layertui.display import printable
from layertui.errors import RegistryError
from layertui.notices import Notice
from layertui.sources.registry.challenge import (
    BEARER,
    Challenge,
    choose_challenge,
    parse_challenges,
)
from layertui.sources.registry.failures import (
    BrokenError,
    NoLoginError,
    NoTlsError,
    UnreachableError,
    denied,
    too_many,
    unexpected,
)
from layertui.sources.registry.hosts import HTTP, api_host, schemes
from layertui.sources.registry.tokens import basic, fetch_token
from layertui.sources.registry.transport import RETRIES, retry_after
from layertui.sources.registry.waiting import stop_if

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from layertui.blob import Cancelled
    from layertui.oci.reference import Reference
    from layertui.sources.registry.credentials import Credentials, Found
    from layertui.sources.registry.hosts import Origin
    from layertui.sources.registry.tokens import Token
    from layertui.sources.registry.transport import Answer, Transport

_NEVER = float("inf")


class Client:
    """Asks a registry for parts of a repository; may be used from several threads.

    Args:
        reference: The image; its repository is asked for.
        transport: Makes the requests.
        find: Finds the user's credentials, when the registry wants some.
    """

    def __init__(
        self, reference: Reference, transport: Transport, find: Callable[[Cancelled], Found]
    ) -> None:
        self.reference = reference
        self.label = printable(reference.domain)
        self._transport = transport
        self._login = _Login(reference, transport, find)
        self._lock = Lock()
        self._base = ""

    @property
    def notices(self) -> tuple[Notice, ...]:
        """What is odd about the user's credentials."""
        return tuple(
            Notice(code="credentials-unreadable", message=message)
            for message in self._login.warnings
        )

    @property
    def clock_pause(self) -> Callable[[float, Cancelled], None]:
        """Lets time pass between two attempts."""
        return self._transport.clock.pause

    def get(
        self, path: str, cancelled: Cancelled, *, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Return the answer to a request for a part of the repository, whatever its status.

        Only what says that the user may not read it is an error here.

        Args:
            path: Behind the name of the repository: `manifests/latest`.
            cancelled: Asked between steps; True ends in CancelledError.
            headers: Sent along with it.

        Raises:
            RegistryError: The registry cannot be reached, or refuses.
        """
        url = f"{self._found(cancelled)}{self.reference.path}/{path}"
        authorization = self._login.authorization(cancelled)
        for again in (True, False):
            answer = self._transport.ask(
                url, cancelled, headers=headers, authorization=authorization
            )
            if answer.status != 401 or answer.moved or not again:
                break
            challenges = parse_challenges(answer.challenges())
            body = answer.error()
            renewed = self._login.meet(challenges, authorization, answer.origin, cancelled)
            if renewed == authorization:
                raise self._denied(401, body)
            authorization = renewed
        self._check(answer)
        return answer

    def close(self) -> None:
        """Close connections; idempotent."""
        self._transport.close()

    def _check(self, answer: Answer) -> None:
        if answer.status in (401, 403) and not answer.moved:
            raise self._denied(answer.status, answer.error())
        if answer.status == 429:
            wait = retry_after(answer)
            answer.close()
            anonymous = self._login.credentials is None
            raise too_many(self.reference.domain, wait, anonymous=anonymous)

    def _denied(self, status: int, body: bytes) -> RegistryError:
        error = denied(self.reference, status, body, self._login.credentials)
        return error.because(self._login.warnings) if isinstance(error, NoLoginError) else error

    def _found(self, cancelled: Cancelled) -> str:
        """Return the URL of the API, found by asking it once what it wants of us."""
        with self._lock:
            if not self._base:
                self._base = self._find(cancelled)
            return self._base

    def _find(self, cancelled: Cancelled) -> str:
        domain = self.reference.domain
        ways = schemes(domain, self._transport.trust)
        failures: list[RegistryError] = []
        for scheme in ways:
            stop_if(cancelled)
            base = f"{scheme}://{api_host(domain)}/v2/"
            try:
                answer = self._transport.ask(
                    base, cancelled, retries=RETRIES if scheme == ways[-1] else 0
                )
            except (UnreachableError, BrokenError) as error:
                failures.append(error)
                continue
            if scheme == HTTP != ways[-1] and answer.status == 400:
                answer.close()
                failures.append(unexpected(domain, 400, b"", "its version"))
                continue
            self._take(answer, cancelled)
            return base
        raise _worst(failures)

    def _take(self, answer: Answer, cancelled: Cancelled) -> None:
        """Look at what a registry says when it is asked for nothing in particular."""
        if answer.status == 401 and not answer.moved:
            challenges = parse_challenges(answer.challenges())
            answer.error()
            self._login.meet(challenges, "", answer.origin, cancelled)
        elif answer.status == 200:
            answer.error()
        else:
            self._check(answer)
            what = "its version, as every registry is first"
            raise unexpected(self.reference.domain, answer.status, answer.error(), what)


class _Login:
    """What is sent to be let in, and how to get it anew."""

    def __init__(
        self, reference: Reference, transport: Transport, find: Callable[[Cancelled], Found]
    ) -> None:
        self.credentials: Credentials | None = None
        self.warnings: tuple[str, ...] = ()
        self._reference = reference
        self._transport = transport
        self._find: Callable[[Cancelled], Found] | None = find
        self._lock = Lock()
        self._header = ""
        self._expires = _NEVER
        self._challenge: tuple[Challenge, Origin] | None = None

    def authorization(self, cancelled: Cancelled) -> str:
        """Return what to send, or nothing; a token that is about to expire is renewed first."""
        with self._lock:
            if self._challenge is not None and self._transport.clock.now() >= self._expires:
                self._log_in(*self._challenge, cancelled)
            return self._header

    def meet(
        self,
        challenges: tuple[Challenge, ...],
        rejected: str,
        origin: Origin,
        cancelled: Cancelled,
    ) -> str:
        """Return what to send after something was rejected; the same where there is no other.

        Raises:
            RegistryError: There is no way to log in.
        """
        with self._lock:
            if self._header != rejected:
                return self._header
            challenge = choose_challenge(challenges)
            if challenge is None:
                names = ", ".join(printable(each.scheme, 40) for each in challenges) or "none"
                host = printable(self._reference.domain)
                raise RegistryError(f"{host} wants a login of a kind not known here ({names})")
            self._challenge = challenge, origin
            self._log_in(challenge, origin, cancelled)
            return self._header

    def _log_in(self, challenge: Challenge, origin: Origin, cancelled: Cancelled) -> None:
        if self._find is not None:
            self.credentials, self.warnings = self._find(cancelled)
            self._find = None
        credentials = self.credentials
        self._expires = _NEVER
        if challenge.scheme != BEARER:
            self._header = basic(credentials) if credentials is not None else ""
        elif credentials is not None and credentials.registry_token:
            self._header = f"Bearer {credentials.registry_token}"
        else:
            token = self._token(challenge, origin, cancelled)
            self._header, self._expires = f"Bearer {token.text}", token.expires

    def _token(self, challenge: Challenge, origin: Origin, cancelled: Cancelled) -> Token:
        try:
            return fetch_token(
                challenge,
                self._reference,
                cancelled,
                registry=origin,
                credentials=self.credentials,
                transport=self._transport,
            )
        except NoLoginError as error:
            raise error.because(self.warnings) from None


def _worst(failures: list[RegistryError]) -> RegistryError:
    """Return the failure that tells most, of one for each way to reach a host."""
    telling = [each for each in failures if not isinstance(each, (NoTlsError, BrokenError))]
    return (telling or failures)[0]
