"""Tokens of a gateway: believed with the right signature, issuer, audience and time, and never otherwise."""

import base64
import json
import time
from pathlib import Path
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

from dashboard.access import tokens
from dashboard.access.tokens import GatewayTokens, TokenError
from warehouse.access.sign_in import Gateway

ISSUER, AUDIENCE = "https://gateway.example.org", "unionboard"


def good_claims(**changed: Any) -> dict[str, Any]:
    now = int(time.time())
    claims = {"iss": ISSUER, "aud": AUDIENCE, "sub": "sub-0001", "iat": now, "exp": now + 300, **changed}
    return {name: value for name, value in claims.items() if value is not None}


class Signer:
    """A gateway with one key, and the file that tells its public half."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.turn()

    def turn(self) -> None:
        """Another key takes the place of the one before."""
        self.key = ECKey.generate_key("P-256", {"kid": f"key-{time.monotonic_ns()}", "use": "sig"})
        self.path.write_text(json.dumps(KeySet([self.key]).as_dict(private=False)))

    def token(self, key: Any = None, header: dict[str, Any] | None = None, **changed: Any) -> str:
        """A token of now, with something changed."""
        key = key or self.key
        return jwt.encode({"alg": "ES256", "kid": key.kid, **(header or {})}, good_claims(**changed), key)


@pytest.fixture
def signer(tmp_path: Path) -> Signer:
    return Signer(tmp_path / "jwks.json")


@pytest.fixture
def gateway(signer: Signer) -> GatewayTokens:
    return GatewayTokens(Gateway("X-Board-Token", str(signer.path), ISSUER, AUDIENCE, ("10.0.0.0/8",)))


def test_a_good_token_says_who_it_is(gateway: GatewayTokens, signer: Signer) -> None:
    assert gateway.claims(signer.token())["sub"] == "sub-0001"
    assert gateway.claims("Bearer " + signer.token())["sub"] == "sub-0001"
    assert gateway.claims(signer.token(aud=["others", AUDIENCE]))["sub"] == "sub-0001"
    # A minute between two clocks.
    assert gateway.claims(signer.token(exp=int(time.time()) - 30))["sub"] == "sub-0001"


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"iss": "https://elsewhere.example.org"}, "签发者"),
        ({"iss": None}, "签发者"),
        ({"aud": "others"}, "不是给这里的"),
        ({"aud": None}, "不是给这里的"),
        ({"exp": int(time.time()) - 120}, "已过期"),
        ({"exp": None}, "没有写到期时间"),
        ({"nbf": int(time.time()) + 86_400}, "还没有生效"),
        ({"iat": int(time.time()) + 86_400}, "还没有生效"),
        ({"sub": None}, "没有写是谁"),
        ({"sub": ""}, "没有写是谁"),
        ({"sub": 7}, "没有写是谁"),
    ],
)
def test_a_token_of_others_or_of_another_time_is_not_believed(
    gateway: GatewayTokens, signer: Signer, changed: dict[str, Any], told: str
) -> None:
    with pytest.raises(TokenError, match=told):
        gateway.claims(signer.token(**changed))


def _without_signature(token: str) -> str:
    return token.rpartition(".")[0] + "."


def _with_other_claims(token: str) -> str:
    header, _, signature = token.split(".")
    other = base64.urlsafe_b64encode(json.dumps(good_claims(sub="sub-0002")).encode()).rstrip(b"=").decode()
    return f"{header}.{other}.{signature}"


def _unsigned(_: str) -> str:
    parts = ({"alg": "none", "typ": "JWT"}, good_claims())
    return ".".join(base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=").decode() for one in parts) + "."


@pytest.mark.parametrize("tamper", [_without_signature, _with_other_claims, _unsigned, lambda _: "", lambda _: "a.b.c"])
def test_a_token_that_was_tampered_with_is_not_believed(gateway: GatewayTokens, signer: Signer, tamper: Any) -> None:
    with pytest.raises(TokenError):
        gateway.claims(tamper(signer.token()))


def test_a_token_of_another_key_is_not_believed(gateway: GatewayTokens, signer: Signer) -> None:
    foreign = ECKey.generate_key("P-256", {"kid": str(signer.key.kid)})
    with pytest.raises(TokenError, match="签名不对"):
        gateway.claims(signer.token(foreign))
    # The public key taken for a secret that both know.
    shared = OctKey.import_key(signer.path.read_bytes(), {"kid": str(signer.key.kid)})
    with pytest.raises(TokenError, match="签名不对"):
        gateway.claims(jwt.encode({"alg": "HS256", "kid": signer.key.kid}, good_claims(), shared))
    rsa = RSAKey.generate_key(2048, {"kid": str(signer.key.kid)})
    with pytest.raises(TokenError, match="签名不对"):
        gateway.claims(jwt.encode({"alg": "RS256", "kid": signer.key.kid}, good_claims(), rsa))


def test_keys_may_change_and_the_one_before_goes(
    gateway: GatewayTokens, signer: Signer, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = signer.token()
    gateway.claims(before)
    signer.turn()
    with pytest.raises(TokenError):
        # Asked a moment ago: whoever invents keys does not make us ask each time.
        gateway.claims(signer.token())
    monkeypatch.setattr(tokens, "ASK_AGAIN_SECONDS", 0)

    assert gateway.claims(signer.token())["sub"] == "sub-0001"
    with pytest.raises(TokenError, match="签名不对"):
        gateway.claims(before)


def test_nothing_is_believed_while_nobody_tells_the_keys(tmp_path: Path, signer: Signer) -> None:
    away = GatewayTokens(Gateway("x-board-token", str(tmp_path / "none.json"), ISSUER, AUDIENCE))
    with pytest.raises(TokenError, match="取不到公钥"):
        away.claims(signer.token())


@pytest.mark.parametrize(
    ("client", "is_from"), [(("10.1.2.3", 1), True), (("192.0.2.1", 1), False), (("unix", 0), False), (None, False)]
)
def test_the_header_is_taken_from_where_the_gateway_is(gateway: GatewayTokens, client: Any, is_from: bool) -> None:
    assert gateway.is_from_gateway({"client": client}) is is_from
