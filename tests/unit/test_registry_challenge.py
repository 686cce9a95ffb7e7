from __future__ import annotations

import pytest

from layertui.sources.registry.challenge import Challenge, choose_challenge, parse_challenges

REALM = "https://auth.example/token"


def only(header: str) -> Challenge:
    (challenge,) = parse_challenges([header])
    return challenge


@pytest.mark.parametrize(
    ("header", "parameters"),
    [
        (f'Bearer realm="{REALM}"', {"realm": REALM}),
        (f'BEARER  Realm="{REALM}" , Service=s', {"realm": REALM, "service": "s"}),
        (
            f'Bearer realm="{REALM}",scope="repository:a/b:pull,push",error="x"',
            {"realm": REALM, "scope": "repository:a/b:pull,push", "error": "x"},
        ),
        (r'Bearer realm="a\"b\\c"', {"realm": 'a"b\\c'}),
        ("Bearer realm = plain", {"realm": "plain"}),
        (f'Bearer realm="{REALM}",realm="other"', {"realm": REALM}),
    ],
)
def test_a_challenge_is_read(header: str, parameters: dict[str, str]) -> None:
    challenge = only(header)
    assert challenge.scheme == "bearer"
    assert challenge.parameters == parameters


def test_a_header_may_hold_several_challenges() -> None:
    header = f'Negotiate, NTLM abc==, Basic realm="x, y", Bearer realm="{REALM}",service="s"'
    found = parse_challenges([header, "Digest qop=auth"])
    assert [each.scheme for each in found] == ["negotiate", "ntlm", "basic", "bearer", "digest"]
    assert found[2].parameters == {"realm": "x, y"}
    assert found[3].parameters == {"realm": REALM, "service": "s"}


@pytest.mark.parametrize("header", ["", ",", '"', "=", "Bearer realm=", 'Bearer realm="a', "é" * 9])
def test_what_cannot_be_read_is_no_error(header: str) -> None:
    parse_challenges([header])


def test_the_first_challenge_that_can_be_met_is_taken() -> None:
    found = parse_challenges([f'Negotiate, Bearer realm="{REALM}", Basic realm="x"'])
    chosen = choose_challenge(found)
    assert chosen is not None
    assert chosen.scheme == "bearer"


def test_a_bearer_challenge_without_a_realm_cannot_be_met() -> None:
    chosen = choose_challenge(parse_challenges(["Bearer service=s", "Basic"]))
    assert chosen is not None
    assert chosen.scheme == "basic"
    assert choose_challenge(parse_challenges(["Negotiate"])) is None


def test_a_long_hostile_header_is_read_at_once() -> None:
    parse_challenges(['Bearer realm="' + "\\" * 60_000, "a " * 30_000, "a=" * 30_000])
