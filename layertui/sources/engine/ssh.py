"""An engine on another machine, reached as the docker command does: `docker system dial-stdio`.

The ssh program gets one end of a pair of sockets; the other end is the connection.
"""

from __future__ import annotations

import socket
import subprocess
from urllib.parse import urlsplit

from layertui.display import printable
from layertui.errors import EngineError

SSH = "ssh://"
_CONNECT_TIMEOUT = 30


def ssh_command(host: str) -> list[str]:
    """Return the command that joins its input and output with the engine of a machine.

    Nothing is asked on the terminal, which may show a screen.

    Raises:
        EngineError: It is not `ssh://[user@]host[:port][/path/to/socket]`.
    """
    try:
        parts = urlsplit(host)
        name, port, user, path = parts.hostname, parts.port, parts.username, parts.path
    except ValueError:
        name = port = user = path = None
    if not name or parts.password or parts.query or parts.fragment:
        raise EngineError(
            f"{printable(host, 200)} is no machine to reach by ssh",
            hint="Write ssh://[user@]host[:port].",
        )
    command = ["ssh", "-T", "-o", "BatchMode=yes", "-o", f"ConnectTimeout={_CONNECT_TIMEOUT}"]
    command += ["-l", user] if user else []
    command += ["-p", str(port)] if port else []
    engine = ["--host", f"unix://{path}"] if path and path != "/" else []
    return [*command, "--", name, "docker", *engine, "system", "dial-stdio"]


def joined_with(command: list[str], timeout: float) -> socket.socket:
    """Start a command; return a socket that is its input and output.

    The command ends when the socket is closed.

    Raises:
        OSError: It cannot be started.
    """
    ours, its = socket.socketpair()
    try:
        with its:
            end = its.fileno()
            subprocess.Popen(
                command, stdin=end, stdout=end, stderr=subprocess.DEVNULL, start_new_session=True
            )
    except BaseException:
        ours.close()
        raise
    ours.settimeout(timeout)
    return ours
