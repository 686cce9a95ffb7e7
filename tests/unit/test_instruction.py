from __future__ import annotations

import time

import pytest

from layertui.oci.instruction import instruction

POWERSHELL = "powershell -Command $ErrorActionPreference = 'Stop';"


@pytest.mark.parametrize(
    ("created_by", "expected"),
    [
        ('/bin/sh -c #(nop)  CMD ["sh"]', 'CMD ["sh"]'),
        ("/bin/sh -c #(nop) COPY file:1a in /app ", "COPY file:1a in /app"),
        ("/bin/sh -c apt-get update", "RUN apt-get update"),
        ("|1 VERSION=2 /bin/sh -c make", "RUN make"),
        ("|2 A=one two B=3 /bin/sh -c make # fast", "RUN make # fast"),
        ("|1 A=b /bin/sh -c #(nop) EXPOSE 80", "EXPOSE 80"),
        ("RUN /bin/sh -c make # buildkit", "RUN make"),
        ("RUN |1 VERSION=2 /bin/sh -c make # buildkit", "RUN make"),
        ("RUN |0 /bin/sh -c make # buildkit", "RUN make"),
        ("RUN |1 A=2 echo hi # buildkit", "RUN echo hi"),
        ("RUN echo hi # buildkit", "RUN echo hi"),
        ("COPY . /app # buildkit", "COPY . /app"),
        ("ENV A=b", "ENV A=b"),
        ('ENTRYPOINT ["/bin/sh" "-c" "x"]', 'ENTRYPOINT ["/bin/sh", "-c", "x"]'),
        ("/bin/bash -o pipefail -c set -u", "RUN set -u"),
        ("RUN /bin/bash -euxo pipefail -c make # buildkit", "RUN make"),
        ('cmd /S /C #(nop)  CMD ["cmd"]', 'CMD ["cmd"]'),
        ("cmd /S /C mkdir C:\\app", "RUN mkdir C:\\app"),
        (f"{POWERSHELL} $ProgressPreference = 'SilentlyContinue'; #(nop)  EXPOSE 80", "EXPOSE 80"),
        (f"{POWERSHELL} Get-Item C:\\", "RUN Get-Item C:\\"),
        ("Apply image 10.0.17763.1", "Apply image 10.0.17763.1"),
        ("bazel build ...", "bazel build ..."),
        ("/bin/sh", "/bin/sh"),
        ("/bin/sh -c", "/bin/sh -c"),
        ("fish -c make", "fish -c make"),
    ],
)
def test_a_step_reads_as_in_a_dockerfile(created_by: str, expected: str) -> None:
    assert instruction(created_by, "buildkit.dockerfile.v0") == expected


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        (r'CMD ["say" "a \" [b]" "c"]', r'CMD ["say", "a \" [b]", "c"]'),
        ('CMD ["one"]', 'CMD ["one"]'),
        ('CMD ["one", "two"]', 'CMD ["one", "two"]'),
        (r'CMD ["\x1b\v" "\u00ad"]', 'CMD ["\\u001b\\u000b", "\u00ad"]'),
        (r'CMD ["not UTF-8 \xff" "x"]', r'CMD ["not UTF-8 \xff" "x"]'),
        ('CMD ["open', 'CMD ["open'),
        ('RUN ["a" "b"]', 'RUN ["a" "b"]'),
        ("EXPOSE map[80/tcp:{} 443/tcp:{}]", "EXPOSE 80/tcp 443/tcp"),
        ("EXPOSE map[]", "EXPOSE map[]"),
        ("/bin/sh -c #(nop)  EXPOSE map[80/tcp:{}]", "EXPOSE 80/tcp"),
        ("VOLUME [/data /var/log]", "VOLUME /data /var/log"),
        ('VOLUME ["/data"]', 'VOLUME ["/data"]'),
        ("SHELL [/bin/bash -o pipefail -c]", 'SHELL ["/bin/bash", "-o", "pipefail", "-c"]'),
    ],
)
def test_what_go_printed_becomes_what_a_dockerfile_may_hold(printed: str, expected: str) -> None:
    assert instruction(printed, "") == expected


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        (
            """&{["CMD-SHELL" "kong health"] "1m0s" "10s" "0s" "0s" '\\n'}""",
            "--interval=1m0s --timeout=10s --retries=10 CMD kong health",
        ),
        (
            """&{["CMD-SHELL" "nc -z a 80 || exit 1"] "1m0s" "5s" "1m30s" '\\x00'}""",
            "--interval=1m0s --timeout=5s --start-period=1m30s CMD nc -z a 80 || exit 1",
        ),
        (
            """&{["CMD" "/app" "health \\"x\\""] "30s" "3s" "5s" "250ms" '\\x03'}""",
            (
                "--interval=30s --timeout=3s --start-period=5s --start-interval=250ms --retries=3"
                ' CMD ["/app", "health \\"x\\""]'
            ),
        ),
        ("""&{["CMD-SHELL" "a"] "0s" "0s" '0'}""", "--retries=48 CMD a"),
        ("""&{["CMD-SHELL" "a"] "0s" "0s" '\\''}""", "--retries=39 CMD a"),
        ("""&{["CMD-SHELL" "a"] "0s" "0s" '\\u0085'}""", "--retries=133 CMD a"),
        ("""&{["CMD-SHELL" "a"] "0s" "0s" "0s" "0s" '\\x00'}""", "CMD a"),
        ("""&{["NONE"] "0s" "0s" "0s" "0s" '\\x00'}""", "NONE"),
    ],
)
def test_a_health_check_is_written_out(printed: str, expected: str) -> None:
    assert instruction(f"HEALTHCHECK {printed}", "") == f"HEALTHCHECK {expected}"
    classic = f"/bin/sh -c #(nop)  HEALTHCHECK {printed}"
    assert instruction(classic, "") == f"HEALTHCHECK {expected}"


@pytest.mark.parametrize(
    "value",
    [
        "CMD curl localhost",
        "--interval=5s CMD curl localhost",
        """&{["CMD-SHELL" "two\\nlines"] "0s" "0s" '\\x00'}""",
        """&{["CMD-SHELL" "a" "b"] "0s" "0s" '\\x00'}""",
        """&{["CMD"] "0s" "0s" '\\x00'}""",
        """&{["NONE" "of it"] "0s" "0s" '\\x00'}""",
        """&{["CMD-SHELL" "a"] "0s" '\\x00'}""",
        """&{["CMD-SHELL" "a"] "0s" "0s" 'ab'}""",
        """&{["CMD-SHELL" "a"] "0s" "0s" "0s; rm" '\\x00'}""",
        """&{["CMD-SHELL" "\\U7fffffff"] "0s" "0s" '\\x00'}""",
        """&{["CMD-SHELL" "\\Uffffffff"] "0s" "0s" '\\x00'}""",
        """&{["CMD-SHELL" "\\U001fffff"] "0s" "0s" '\\x00'}""",
        """&{["CMD-SHELL" "\\ud800"] "0s" "0s" '\\x00'}""",
        """&{["CMD-SHELL" "\\q"] "0s" "0s" '\\x00'}""",
        '&{[] "0s" "0s" \'\\x00\'}',
    ],
)
def test_a_health_check_that_fits_no_dockerfile_stays_as_it_is(value: str) -> None:
    assert instruction(f"HEALTHCHECK {value}", "") == f"HEALTHCHECK {value}"


def test_the_lines_of_a_heredoc_stay_lines() -> None:
    text = "RUN /bin/sh -c cat <<EOF > /x\none\n  two\nEOF # buildkit"

    assert instruction(text, "") == "RUN cat <<EOF > /x\none\n  two\nEOF"


def test_without_a_step_the_comment_stands() -> None:
    assert instruction("", "store paths: ['/nix/store/a']") == "store paths: ['/nix/store/a']"


@pytest.mark.parametrize(
    "text",
    [
        "sh" + " -c" * 1_000_000,
        "CMD [" + '"a" ' * 300_000,
        'HEALTHCHECK &{["' + '\\"' * 1_000_000,
        "HEALTHCHECK &{[" + '"a" ' * 300_000,
        "EXPOSE map[" + "1/tcp:{} " * 100_000,
        "VOLUME [" + "/a " * 300_000,
        "|1 " + "/a" * 1_000_000,
        "|1 " + "sh -o a" * 500_000,
        "# buildkit" * 300_000,
        " " * 3_000_000 + "x",
    ],
)
def test_a_step_of_megabytes_takes_no_time(text: str) -> None:
    started = time.perf_counter()

    instruction(text, "")

    assert time.perf_counter() - started < 2
