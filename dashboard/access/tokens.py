"""Tokens of others: a gateway's word on who is signed in, a provider's that somebody has left. Unsigned ones are never believed."""

import json
import threading
import time
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from starlette.types import Scope

from warehouse.access.sign_in import Gateway

# Signed with a key pair: whoever checks cannot sign.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
# Clocks of two machines.
LEEWAY_SECONDS = 60
# A key that is not known may be a new one; but not everybody who invents one makes us ask.
ASK_AGAIN_SECONDS = 30
_TIMEOUT = 5.0
_LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"
_REMEMBERED = 10_000


class TokenError(Exception):
    """A token that is not believed; the message is a Chinese sentence without a full stop."""


class Keys:
    """The public keys at an address or in a file, asked for again when a token names one that is not known."""

    def __init__(self, place: str) -> None:
        self._place = place
        self._lock = threading.Lock()
        self._keys: KeySet | None = None
        self._asked = float("-inf")

    def decoded(self, token: str) -> dict[str, Any]:
        """What a token says, if one of the keys has signed it. Raises TokenError."""
        if not token or len(token) > 20_000 or token.count(".") != 2:
            raise TokenError("令牌不成样子")
        try:
            return dict(jwt.decode(token, self._get(), algorithms=ALGORITHMS).claims)
        except (JoseError, ValueError, KeyError):
            pass
        try:
            return dict(jwt.decode(token, self._get(again=True), algorithms=ALGORITHMS).claims)
        except (JoseError, ValueError, KeyError) as error:
            raise TokenError(f"令牌的签名不对（{type(error).__name__}）") from None

    def _get(self, again: bool = False) -> KeySet:
        with self._lock:
            is_due = time.monotonic() - self._asked >= ASK_AGAIN_SECONDS
            if self._keys is None or (again and is_due):
                self._asked = time.monotonic()
                try:
                    self._keys = KeySet.import_key_set(self._read())
                except (OSError, ValueError, httpx.HTTPError, JoseError) as error:
                    if self._keys is None:
                        # Nothing is believed as long as nobody can say what is right.
                        self._asked = float("-inf")
                        raise TokenError(f"取不到公钥（{type(error).__name__}）") from None
            return self._keys

    def _read(self) -> Any:
        if self._place.startswith(("http://", "https://")):
            return httpx.get(self._place, timeout=_TIMEOUT).raise_for_status().json()
        return json.loads(Path(self._place).read_text(encoding="utf-8"))


def check(claims: Mapping[str, Any], issuer: str, audience: str, is_expiring: bool = True) -> None:
    """Who says it, for whom, and whether it holds now. Raises TokenError."""
    now = time.time()
    if claims.get("iss") != issuer:
        raise TokenError("令牌的签发者不对")
    meant = claims.get("aud")
    if audience not in (meant if isinstance(meant, list) else [meant]):
        raise TokenError("令牌不是给这里的")
    expires, begins, issued = claims.get("exp"), claims.get("nbf"), claims.get("iat")
    if is_expiring and not isinstance(expires, int | float):
        raise TokenError("令牌没有写到期时间")
    if isinstance(expires, int | float) and now > expires + LEEWAY_SECONDS:
        raise TokenError("令牌已过期")
    for moment in (begins, issued):
        if isinstance(moment, int | float) and moment > now + LEEWAY_SECONDS:
            raise TokenError("令牌还没有生效")


class GatewayTokens:
    """The word of a gateway, in a header."""

    def __init__(self, gateway: Gateway) -> None:
        self._gateway = gateway
        self.header = gateway.header.lower().encode("ascii")
        self._keys = Keys(gateway.jwks)
        self._trusted = [ip_network(one, strict=False) for one in gateway.trusted]

    def is_from_gateway(self, scope: Scope) -> bool:
        """Whether a request comes from where the gateway is, as far as that was said."""
        if not self._trusted:
            return True
        client = scope.get("client")
        try:
            address = ip_address(client[0]) if client else None
        except ValueError:
            return False
        return address is not None and any(address in network for network in self._trusted)

    def claims(self, token: str) -> dict[str, Any]:
        """What it says of the person. Raises TokenError."""
        claims = self._keys.decoded(token.removeprefix("Bearer ").strip())
        check(claims, self._gateway.issuer, self._gateway.audience)
        if not isinstance(claims.get("sub"), str) or not claims["sub"]:
            raise TokenError("令牌没有写是谁")
        return claims


class ProviderTokens:
    """What the provider itself sends, and where it signs people out."""

    def __init__(self, auth: Mapping[str, Any]) -> None:
        self._auth = auth
        self._metadata: dict[str, Any] | None = None
        self._keys: Keys | None = None
        self._used: dict[str, float] = {}
        self._lock = threading.Lock()

    def logout_claims(self, token: str) -> dict[str, Any]:
        """Whom a logout token signs out. Raises TokenError."""
        metadata = self._get_metadata()
        if self._keys is None:
            self._keys = Keys(str(metadata.get("jwks_uri")))
        claims = self._keys.decoded(token)
        check(claims, str(metadata.get("issuer")), str(self._auth["client_id"]), is_expiring=False)
        events = claims.get("events")
        if not isinstance(events, dict) or _LOGOUT_EVENT not in events or "nonce" in claims:
            raise TokenError("不是注销令牌")
        if not claims.get("sub") and not claims.get("sid"):
            raise TokenError("注销令牌没有写是谁")
        if not isinstance(claims.get("iat"), int | float) or time.time() - claims["iat"] > 2 * LEEWAY_SECONDS:
            raise TokenError("注销令牌太旧")
        self._once(str(claims.get("jti") or token))
        return claims

    def end_session_address(self, id_token: str | None) -> str | None:
        """Where the provider signs somebody out; None where it does not, or cannot be asked."""
        try:
            where = self._get_metadata().get("end_session_endpoint")
        except TokenError:
            return None
        if not where:
            return None
        given = {
            "client_id": str(self._auth["client_id"]),
            "post_logout_redirect_uri": str(self._auth["redirect_uri"]).replace("/oauth2callback", "/"),
        }
        if id_token:
            given["id_token_hint"] = id_token
        return f"{where}?{urlencode(given)}"

    def _once(self, name: str) -> None:
        with self._lock:
            now = time.monotonic()
            self._used = {one: at for one, at in self._used.items() if now - at < 4 * LEEWAY_SECONDS}
            if name in self._used or len(self._used) >= _REMEMBERED:
                raise TokenError("注销令牌用过了")
            self._used[name] = now

    def _get_metadata(self) -> dict[str, Any]:
        if self._metadata is None:
            try:
                found = httpx.get(str(self._auth["server_metadata_url"]), timeout=_TIMEOUT).raise_for_status().json()
            except (httpx.HTTPError, ValueError) as error:
                raise TokenError(f"身份提供方没有应答（{type(error).__name__}）") from None
            self._metadata = dict(found)
        return self._metadata
