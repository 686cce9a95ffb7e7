"""HTTP with a registry and the hosts it sends us to: redirects, retries, bounds.

A secret goes to the one origin it is for, whatever that redirects to; a redirect never leads from
TLS to plain HTTP. Nothing is kept between requests but connections: no cookies, no netrc.
"""

from __future__ import annotations

import email.utils
import time
import warnings
from http.cookiejar import DefaultCookiePolicy
from threading import Lock
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin

import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3.exceptions import InsecureRequestWarning

from layertui import __version__
from layertui.display import printable
from layertui.errors import RegistryError
from layertui.limits import KIB
from layertui.sources.registry.failures import BrokenError, failure_of
from layertui.sources.registry.hosts import HTTP, HTTPS, Origin, Trust, origin_of, tls_context
from layertui.sources.registry.waiting import Clock, stop_if

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterator, Mapping

    from layertui.blob import Cancelled

RETRIES = 3
"""Times that a request is made again."""

DELAYS = (1.0, 3.0, 9.0)
"""Seconds before it is."""

LONGEST_WAIT = 30.0
"""Seconds that a registry may tell us to wait; where it says more, the user is told."""

ERROR_SIZE = 64 * KIB
REDIRECTS = 10
CHUNK = 256 * KIB

SLOWEST = 1 * KIB
"""Bytes a second that a server has to send, measured over a while."""

_PACE_WINDOW = 30.0
_CONNECT_TIMEOUT = 10.0
_READ_TIMEOUT = 30.0
_AGAIN = frozenset((408, 429, 499, 500, 502, 503, 504, 522))
_REDIRECTS = frozenset((301, 302, 303, 307, 308))


class Answer:
    """The answer to a request, its body not read yet.

    Attributes:
        status: The status code.
        origin: Who answered.
        moved: Whether that is not who was asked.
    """

    def __init__(
        self, response: requests.Response, origin: Origin, clock: Clock, *, moved: bool
    ) -> None:
        self._response = response
        self._clock = clock
        self.status = response.status_code
        self.origin = origin
        self.moved = moved

    def header(self, name: str) -> str:
        """Return a header, raw, or nothing."""
        return self._response.headers.get(name, "")

    def challenges(self) -> tuple[str, ...]:
        """Return the headers that ask for a login, raw."""
        return tuple(self._response.raw.headers.getlist("WWW-Authenticate"))

    @property
    def length(self) -> int | None:
        """The bytes of the body as its header tells, or None."""
        text = self.header("Content-Length")
        return int(text) if text.isdecimal() and text.isascii() and len(text) < 19 else None

    def chunks(self) -> Iterator[bytes]:
        """Yield the body as it comes, compressed or not, as it was sent.

        Raises:
            RegistryError: The connection broke, or is of no use.
        """
        pace = _Pace(self._clock)
        while True:
            try:
                chunk = self._response.raw.read1(CHUNK, decode_content=False)
            except Exception as error:
                raise failure_of(error, self.origin) from None
            if not chunk:
                return
            if pace.is_too_slow(len(chunk)):
                raise BrokenError(f"{printable(self.origin.host)} sends next to nothing")
            yield chunk

    def body(self, limit: int) -> bytes:
        """Return the body, or one byte more than the limit where it is longer; closes.

        Raises:
            RegistryError: The connection broke.
        """
        with self:
            data = bytearray()
            for chunk in self.chunks():
                data += chunk
                if len(data) > limit:
                    break
            return bytes(data[: limit + 1])

    def error(self) -> bytes:
        """Return the body of an error, as far as it is worth reading; closes."""
        try:
            return self.body(ERROR_SIZE)[:ERROR_SIZE]
        except RegistryError:
            return b""

    def close(self) -> None:
        """Give the connection up; idempotent."""
        self._response.close()

    def __enter__(self) -> Answer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class _Pace:
    """How fast bytes come, so that a server that trickles does not hold us for ever."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._start = clock.now()
        self._count = 0

    def is_too_slow(self, count: int) -> bool:
        """Take bytes that came; tell whether there were too few in the last while."""
        self._count += count
        elapsed = self._clock.now() - self._start
        if elapsed < _PACE_WINDOW:
            return False
        slow = self._count < elapsed * SLOWEST
        self._start += elapsed
        self._count = 0
        return slow


class Transport:
    """Makes requests; may be used from several threads.

    Args:
        trust: Whom to talk to, and how.
        clock: The time that waits are measured in.
    """

    def __init__(self, trust: Trust, clock: Clock) -> None:
        self.trust = trust
        self.clock = clock
        self._lock = Lock()
        self._sessions: dict[Origin, requests.Session] = {}

    def ask(
        self,
        url: str,
        cancelled: Cancelled,
        *,
        headers: Mapping[str, str] | None = None,
        authorization: str = "",
        form: Mapping[str, str] | None = None,
        retries: int = RETRIES,
    ) -> Answer:
        """Return the answer to a GET, or to a POST of a form, redirects followed.

        Where a server is busy or a connection breaks, it is asked again after a while.

        Args:
            url: What is asked for.
            cancelled: Asked between steps; True ends in CancelledError.
            headers: Sent along with it.
            authorization: A secret for the origin of the URL, or empty.
            form: What is posted, or None.
            retries: How many times to ask again.

        Raises:
            RegistryError: There is no answer.
        """
        for attempt in range(retries + 1):
            last = attempt == retries
            try:
                answer = self._followed(url, cancelled, dict(headers or {}), authorization, form)
            except BrokenError:
                if last:
                    raise
                delay: float = DELAYS[min(attempt, len(DELAYS) - 1)]
            else:
                wait = retry_after(answer)
                if answer.status not in _AGAIN or last or (wait or 0) > LONGEST_WAIT:
                    return answer
                answer.close()
                delay = max(DELAYS[min(attempt, len(DELAYS) - 1)], wait or 0)
            self.clock.pause(delay, cancelled)
        raise AssertionError("the last attempt returns or raises")

    def close(self) -> None:
        """Close connections that are not in use; idempotent."""
        with self._lock:
            for session in self._sessions.values():
                session.close()
            self._sessions.clear()

    def _followed(
        self,
        url: str,
        cancelled: Cancelled,
        headers: dict[str, str],
        authorization: str,
        form: Mapping[str, str] | None,
    ) -> Answer:
        first = origin = origin_of(url)
        for _ in range(REDIRECTS + 1):
            stop_if(cancelled)
            secret = {"Authorization": authorization} if authorization else {}
            response = self._sent(url, origin, {**headers, **secret}, form)
            location = response.headers.get("Location", "")
            if response.status_code not in _REDIRECTS or not location:
                return Answer(response, origin, self.clock, moved=origin != first)
            response.close()
            if form is not None:
                raise RegistryError(f"{printable(origin.host)} redirects a login, which is refused")
            url = urljoin(url, location)
            target = origin_of(url)
            if origin.scheme == HTTPS and target.scheme == HTTP:
                raise RegistryError(
                    f"{printable(origin.host)} redirects from https to http, to"
                    f" {printable(target.host)}; that is refused"
                )
            if target != origin:
                authorization = ""
            origin = target
        raise RegistryError(
            f"{printable(first.host)} redirects more than {REDIRECTS} times, maybe in a circle"
        )

    def _sent(
        self,
        url: str,
        origin: Origin,
        headers: Mapping[str, str],
        form: Mapping[str, str] | None,
    ) -> requests.Response:
        session = self._session(origin)
        try:
            return session.request(
                "GET" if form is None else "POST",
                url,
                headers=dict(headers),
                data=form,
                stream=True,
                allow_redirects=False,
                timeout=(_CONNECT_TIMEOUT, _READ_TIMEOUT),
                proxies={} if origin.is_local else get_environ_proxies(url),
            )
        except (requests.RequestException, OSError, ValueError) as error:
            raise failure_of(error, origin) from None

    def _session(self, origin: Origin) -> requests.Session:
        with self._lock:
            if origin not in self._sessions:
                self._sessions[origin] = self._new_session(origin)
            return self._sessions[origin]

    def _new_session(self, origin: Origin) -> requests.Session:
        session = requests.Session()
        session.trust_env = False
        session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        session.headers.clear()
        session.headers.update(
            {
                "User-Agent": f"layertui/{__version__}",
                "Accept": "*/*",
                "Accept-Encoding": "identity",
            }
        )
        if self.trust.is_insecure(origin.host, origin.port):
            warnings.simplefilter("ignore", InsecureRequestWarning)  # the user asked for it
        if origin.scheme == HTTPS:
            session.mount(f"{HTTPS}://", _TlsAdapter(tls_context(origin, self.trust)))
        return session


class _TlsAdapter(HTTPAdapter):
    """Talks TLS by a context of ours instead of by files that are loaded for each connection."""

    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options, ssl_context=self._context)

    def proxy_manager_for(self, proxy: Any, **options: Any) -> Any:
        return super().proxy_manager_for(proxy, **options, ssl_context=self._context)

    def build_connection_pool_key_attributes(
        self, request: Any, verify: Any, cert: Any = None
    ) -> Any:
        host: Any
        pool: Any
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        pool["cert_reqs"] = self._context.verify_mode.name
        return host, pool

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Leave a connection to the context."""


def retry_after(answer: Answer) -> float | None:
    """Return the seconds that a server asks us to wait, or None where it does not say."""
    text = answer.header("Retry-After").strip()
    if text.isdecimal() and text.isascii() and len(text) < 10:
        return float(text)
    try:
        then = email.utils.parsedate_to_datetime(text).timestamp()
    except (ValueError, OverflowError):
        return None
    return max(0.0, then - time.time())
