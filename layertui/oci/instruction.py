r"""The step of a history as a person would write it in a Dockerfile.

Builders record a step in `created_by`, each in a wrapping of its own:

    /bin/sh -c #(nop)  COPY file:1a2b in /app      Docker's classic builder, no shell involved
    /bin/sh -c apt-get update                      the same and buildah, a shell step
    |1 VERSION=2 /bin/sh -c make                   with build arguments
    RUN |1 VERSION=2 /bin/sh -c make # buildkit    BuildKit
    cmd /S /C #(nop)  CMD ["cmd"]                  Docker on Windows
    powershell -Command $ErrorActionPreference = 'Stop'; Get-Item C:\

Some write down values as Go prints them, see `go_values`.
"""

from __future__ import annotations

import re

from layertui.oci.go_values import without_go

_NO_OPERATION = "#(nop)"
_BUILDKIT = "# buildkit"
_ARGUMENTS_LIMIT = 1 << 16
_ARGUMENTS = re.compile(r"\|(\d{1,4}) ")
_SHELL = re.compile(
    r"""(?:/[\w./-]{0,60}/)?(?:ba|da|a|k|z)?sh
        (?:[ ]-\w{0,9}o[ ]\w{1,20}|[ ]-\w{1,9}){0,9}?[ ]-\w{0,9}c(?:[ ]|$)
      | cmd(?:\.exe)?[ ]/S[ ]/C(?:[ ]|$)
      | (?:powershell|pwsh)(?:\.exe)?(?:[ ]-NoProfile|[ ]-NoLogo){0,2}[ ]-Command(?:[ ]|$)
        (?:[ ]?\$\w{1,20}Preference[ ]=[ ]'\w{1,20}';){0,9}
    """,
    re.VERBOSE | re.IGNORECASE,
)


def instruction(created_by: str, comment: str) -> str:
    """Return a step as a Dockerfile instruction; the comment where a builder wrote only that.

    Lines of a heredoc stay lines. Text of a builder that is not known stays as it is.
    """
    text = created_by.strip().removesuffix(_BUILDKIT).rstrip()
    if not text:
        return comment.strip()
    runs = text.startswith("RUN ")
    step = _without_arguments(text.removeprefix("RUN ").lstrip())
    shell = _SHELL.match(step)
    if shell is None:
        return f"RUN {step}" if runs or step != text else without_go(text)
    command = step[shell.end() :].lstrip()
    if command.startswith(_NO_OPERATION):
        return without_go(command.removeprefix(_NO_OPERATION).strip())
    return f"RUN {command}" if command else text


def _without_arguments(step: str) -> str:
    """Leave out `|N`, which N build arguments follow; their values may hold spaces."""
    counted = _ARGUMENTS.match(step)
    if counted is None:
        return step
    rest = step[counted.end() :]
    shell = _SHELL.search(rest, 0, _ARGUMENTS_LIMIT)
    if shell is not None:
        return rest[shell.start() :]
    words = rest.split(" ", int(counted[1]))
    return words[-1]
