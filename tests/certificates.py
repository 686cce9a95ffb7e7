"""An authority of our own and what it vouches for, made by openssl."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from tests.integration.tools import require, run

if TYPE_CHECKING:
    from pathlib import Path

_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes")


class Authority:
    """Signs certificates.

    Attributes:
        certificate: What to trust it by.
    """

    def __init__(self, folder: Path) -> None:
        require("openssl")
        self._folder = folder
        self.certificate = folder / "ca.crt"
        self._key = folder / "ca.key"
        run(
            "openssl", "req", "-x509", *_KEY, "-days", "2", "-subj", "/CN=layertui test authority",
            "-keyout", self._key, "-out", self.certificate,
        )  # fmt: skip

    def vouch_for(self, name: str, *, host: str = "IP:127.0.0.1") -> tuple[Path, Path]:
        """Return a certificate for a host, or of a client, and its key."""
        certificate, key = self._folder / f"{name}.cert", self._folder / f"{name}.key"
        request, names = self._folder / f"{name}.csr", self._folder / f"{name}.ext"
        names.write_text(f"subjectAltName={host}\n")
        run("openssl", "req", *_KEY, "-subj", f"/CN={name}", "-keyout", key, "-out", request)
        run(
            "openssl", "x509", "-req", "-in", request, "-CA", self.certificate, "-CAkey", self._key,
            "-CAcreateserial", "-days", "2", "-extfile", names, "-out", certificate,
        )  # fmt: skip
        return certificate, key

    def server(self, *, host: str = "IP:127.0.0.1", clients: bool = False) -> ssl.SSLContext:
        """Return how a server speaks TLS; with `clients`, only to those it vouches for."""
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
        context.load_cert_chain(*self.vouch_for("server", host=host))
        if clients:
            context.load_verify_locations(self.certificate)
            context.verify_mode = ssl.CERT_REQUIRED
        return context
