"""How people sign in here: the TOML file that UNIONBOARD_SIGN_IN names, checked when the server starts."""

import os
import tomllib
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from warehouse.access import audit, mapping, rates, scopes, syslog
from warehouse.access.mapping import MappingError, RoleMapping
from warehouse.intake import reference
from warehouse.settings import Settings
from warehouse.system import host_names

# Set by `up --insecure-no-sign-in`: every page says that nobody signs in.
INSECURE = "UNIONBOARD_INSECURE_NO_SIGN_IN"
SESSION_MINUTES = 480
IDLE_MINUTES = 30
_TOP = frozenset({"roles", "session_minutes", "idle_minutes", "auth", "gateway"})
_AUTH = ("redirect_uri", "cookie_secret", "client_id", "client_secret", "server_metadata_url")
_GATEWAY = ("header", "jwks", "issuer", "audience")
_LEAST_SECRET = 32


class SignInError(Exception):
    """The file cannot be used; the message is a Chinese sentence that names what is wrong in it."""


@dataclass(frozen=True)
class Gateway:
    """A gateway that has signed the person in: the header it passes a JWT in, who signs it for whom, and from where it is taken."""

    header: str
    jwks: str
    issuer: str
    audience: str
    trusted: tuple[str, ...] = ()


@dataclass(frozen=True)
class SignIn:
    """The ways in (`auth` as Streamlit reads it), who gets which role, and how long a session lasts."""

    path: Path
    auth: dict[str, Any] | None
    gateway: Gateway | None
    roles: RoleMapping
    session_seconds: float
    idle_seconds: float

    @property
    def is_secure(self) -> bool:
        """Whether browsers reach this over HTTPS only."""
        return self.auth is not None and urlsplit(str(self.auth["redirect_uri"])).scheme == "https"


def load(settings: Settings) -> SignIn | None:
    """What the file says; None where nobody signs in. Raises SignInError."""
    named = os.environ.get(scopes.SIGN_IN)
    if not named:
        return None
    path = Path(named).absolute()
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SignInError(f"登录设置 {path} 读不出来：{error}。") from None
    faults = [f"不认识“{key}”" for key in content if key not in _TOP]
    auth, gateway = content.get("auth"), content.get("gateway")
    if not isinstance(auth, dict) and not isinstance(gateway, dict):
        faults.append("要有 [auth]（OpenID Connect）或 [gateway]（已登录的网关），现在都没有")
    if isinstance(auth, dict):
        faults += _of_auth(auth)
    if isinstance(gateway, dict):
        faults += _of_gateway(gateway)
    minutes = {}
    for name, otherwise in (("session_minutes", SESSION_MINUTES), ("idle_minutes", IDLE_MINUTES)):
        minutes[name] = content.get(name, otherwise)
        if not isinstance(minutes[name], int | float) or isinstance(minutes[name], bool) or minutes[name] <= 0:
            faults.append(f"{name} 要写成正数（分钟）")
    if not isinstance(content.get("roles"), str):
        faults.append("要用 roles 写明角色对照文件在哪里")
    if faults:
        raise SignInError(f"登录设置 {path}：{'；'.join(faults)}。")
    known = reference.load(settings.reference)
    try:
        roles = mapping.load(path.parent / content["roles"], frozenset((*known.regions, *_provinces(known))))
    except MappingError as error:
        raise SignInError(str(error)) from None
    way = Gateway(**{**gateway, "trusted": tuple(gateway.get("trusted", ()))}) if gateway else None
    return SignIn(path, auth, way, roles, minutes["session_minutes"] * 60, minutes["idle_minutes"] * 60)


def problem_of(settings: Settings, host: str) -> str | None:
    """Why a server must not begin at this address, as a Chinese sentence: beyond the machine people sign in; None when all is well."""
    try:
        audit.days_kept()
        syslog.address()
        rates.check()
        if load(settings) is not None:
            return None
    except (SignInError, ValueError) as error:
        return str(error)
    if host_names.is_loopback(host) or os.environ.get(INSECURE):
        return None
    return (
        f"监听在 {host} 就是给外面看，要先设登录：用 {scopes.SIGN_IN} 指明登录设置文件（见 docs/security.md）。"
        "只在可信的网段里、确实不要登录，就加 --insecure-no-sign-in，每一页都会写明。"
    )


def _of_auth(auth: dict[str, Any]) -> list[str]:
    faults = [f"[auth] 缺 {name}" for name in _AUTH if not isinstance(auth.get(name), str) or not auth[name]]
    if not faults and not str(auth["redirect_uri"]).endswith("/oauth2callback"):
        faults.append("[auth] redirect_uri 要以 /oauth2callback 结尾")
    if not faults and len(auth["cookie_secret"]) < _LEAST_SECRET:
        faults.append(f"[auth] cookie_secret 太短，至少 {_LEAST_SECRET} 个字符")
    return faults


def _of_gateway(gateway: dict[str, Any]) -> list[str]:
    faults = [
        f"[gateway] 缺 {name}" for name in _GATEWAY if not isinstance(gateway.get(name), str) or not gateway[name]
    ]
    faults += [f"[gateway] 不认识“{name}”" for name in gateway if name not in (*_GATEWAY, "trusted")]
    trusted = gateway.get("trusted", [])
    for one in trusted if isinstance(trusted, list) else [trusted]:
        try:
            ip_network(str(one), strict=False)
        except ValueError:
            faults.append(f"[gateway] trusted 里的“{one}”不是地址或网段")
    return faults


def _provinces(known: reference.Reference) -> list[str]:
    return [f"{code}0000" for code in known.provinces]
