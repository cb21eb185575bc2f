"""An identity provider over HTTP that can be told to get one thing wrong: what oidc-provider-mock, which is always right, cannot show."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey, RSAKey

CLIENT, SECRET = "board", "secret-of-the-board-that-is-long-enough-to-sign"
Claims = dict[str, Any]
Sign = Callable[["Provider", Claims], str]


def rightly(provider: "Provider", claims: Claims) -> str:
    """As it should be."""
    return jwt.encode({"alg": "RS256", "kid": provider.key.kid}, claims, provider.key)


class Provider:
    """Knows one person, and answers as `change` and `sign` say."""

    def __init__(self) -> None:
        self.change: Callable[[Claims], Claims | None] = lambda claims: claims
        self.sign: Sign = rightly
        self.is_token_down = False
        self._codes: dict[str, str] = {}
        self.turn()
        provider = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                provider._answer(self, urlsplit(self.path).path, parse_qs(urlsplit(self.path).query))

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"])).decode()
                provider._answer(self, urlsplit(self.path).path, parse_qs(body))

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}"

    def turn(self) -> None:
        """Another key takes the place of the one before."""
        self.key = RSAKey.generate_key(2048, {"kid": f"key-{time.monotonic_ns()}", "use": "sig", "alg": "RS256"})

    def right_again(self) -> None:
        """No fault."""
        self.change, self.sign, self.is_token_down = (lambda claims: claims), rightly, False

    def _answer(self, handler: BaseHTTPRequestHandler, path: str, given: dict[str, list[str]]) -> None:
        if path == "/authorize":
            code = f"code-{time.monotonic_ns()}"
            self._codes[code] = given.get("nonce", [""])[0]
            query = urlencode({"code": code, "state": given["state"][0]})
            handler.send_response(302)
            handler.send_header("location", f"{given['redirect_uri'][0]}?{query}")
            handler.end_headers()
            return
        told = self._told(path, given)
        body = json.dumps(told if told is not None else {"error": "invalid_grant"}).encode()
        handler.send_response(200 if told is not None else 400)
        handler.send_header("content-type", "application/json")
        handler.send_header("content-length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    def _told(self, path: str, given: dict[str, list[str]]) -> dict[str, Any] | None:
        if path == "/.well-known/openid-configuration":
            ends = {f"{name}_endpoint": f"{self.address}/{name}" for name in ("token", "userinfo")}
            return {
                **ends,
                "issuer": self.address,
                "authorization_endpoint": f"{self.address}/authorize",
                "jwks_uri": f"{self.address}/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        if path == "/jwks":
            return dict(KeySet([self.key]).as_dict(private=False))
        # A code is good once.
        nonce = self._codes.pop(given.get("code", [""])[0], None) if path == "/token" else None
        if nonce is None or self.is_token_down:
            return None
        now = int(time.time())
        claims = {"iss": self.address, "aud": CLIENT, "sub": "henan-1", "iat": now, "exp": now + 300, "nonce": nonce}
        made = self.change({**claims, "groups": ["henan"]})
        assert made is not None
        whole = {name: value for name, value in made.items() if value is not None}
        return {"access_token": "a", "token_type": "Bearer", "expires_in": 300, "id_token": self.sign(self, whole)}


def by_a_stranger(provider: Provider, claims: Claims) -> str:
    """Another key under the name of the right one."""
    key = RSAKey.generate_key(2048, {"kid": provider.key.kid or ""})
    return jwt.encode({"alg": "RS256", "kid": provider.key.kid}, claims, key)


def by_another_kind(provider: Provider, claims: Claims) -> str:
    """A key of another kind."""
    key = ECKey.generate_key("P-256", {"kid": provider.key.kid or ""})
    return jwt.encode({"alg": "ES256", "kid": provider.key.kid}, claims, key)


def by_the_public_key(provider: Provider, claims: Claims) -> str:
    """The public key taken for a secret."""
    pem = provider.key.as_pem(private=False)
    import base64
    import hashlib
    import hmac

    def part(content: bytes) -> str:
        return base64.urlsafe_b64encode(content).rstrip(b"=").decode()

    said = ".".join(part(json.dumps(one).encode()) for one in ({"alg": "HS256", "kid": provider.key.kid}, claims))
    return f"{said}.{part(hmac.new(pem, said.encode(), hashlib.sha256).digest())}"


def by_the_client(provider: Provider, claims: Claims) -> str:
    """The secret that we have ourselves: whoever got hold of it would be everybody."""
    return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET))


def by_nobody(_: Provider, claims: Claims) -> str:
    """No signature."""
    import base64

    parts = ({"alg": "none", "typ": "JWT"}, claims)
    return ".".join(base64.urlsafe_b64encode(json.dumps(one).encode()).rstrip(b"=").decode() for one in parts) + "."


@contextmanager
def running() -> Iterator[Provider]:
    """A provider that answers."""
    provider = Provider()
    thread = threading.Thread(target=provider.server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        provider.server.shutdown()
        provider.server.server_close()
        thread.join()
