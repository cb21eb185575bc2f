"""Tokens of those who read over the network: what each may see and until when. Only their digests are kept."""

import contextlib
import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from warehouse.answers.scope import Scope
from warehouse.settings import Settings
from warehouse.system.durable import replacing
from warehouse.system.folder_lock import folder_lock

FOLDER = "interface"
FILE = "tokens.json"
MARK = "ub"
LONGEST_DAYS = 3660


class TokenError(Exception):
    """A token that is not known, or one that cannot be made; the message says why."""


@dataclass(frozen=True)
class Token:
    """One token as it is kept: `digest` is SHA-256 of 256 random bits, which nobody turns back; times are UTC."""

    id: str
    name: str
    digest: str
    created_at: str
    expires_at: str
    programmes: tuple[str, ...] | None = None
    regions: tuple[str, ...] | None = None
    revoked_at: str | None = None

    @property
    def scope(self) -> Scope:
        """What its bearer may be told."""
        return Scope(
            None if self.programmes is None else frozenset(self.programmes),
            None if self.regions is None else frozenset(self.regions),
        )

    def is_valid(self, now: datetime) -> bool:
        """Whether it opens anything at this moment."""
        return self.revoked_at is None and now < datetime.fromisoformat(self.expires_at)

    def as_json(self) -> dict[str, Any]:
        """What may be told of it."""
        told = asdict(self)
        del told["digest"]
        return {**told, "is_valid": self.is_valid(datetime.now(UTC))}


def new(
    settings: Settings,
    name: str,
    days: int,
    programmes: Sequence[str] | None = None,
    regions: Sequence[str] | None = None,
) -> tuple[Token, str]:
    """A new token and its text, which is told this once. Raises TokenError for an empty name or a time that is none."""
    if not name.strip():
        raise TokenError("令牌要有名字：写明给谁、做什么用，以后才知道该不该撤销。")
    if not 1 <= days <= LONGEST_DAYS:
        raise TokenError(f"令牌的有效期是 1 到 {LONGEST_DAYS} 天，现为 {days}。")
    now = datetime.now(UTC)
    secret = secrets.token_urlsafe(32)
    token = Token(
        id=secrets.token_hex(4),
        name=name.strip(),
        digest=_digest(secret),
        created_at=now.isoformat(timespec="seconds"),
        expires_at=(now + timedelta(days=days)).isoformat(timespec="seconds"),
        programmes=tuple(programmes) if programmes else None,
        regions=tuple(regions) if regions else None,
    )
    with _changing(settings):
        _save(settings, (*_load(settings), token))
    return token, f"{MARK}_{token.id}_{secret}"


def all_tokens(settings: Settings) -> tuple[Token, ...]:
    """Every token ever made, revoked and expired ones too."""
    return _load(settings)


def revoke(settings: Settings, token_id: str) -> Token:
    """Ends a token at once, given its id, the beginning of its id or its name. Raises TokenError when not exactly one is meant."""
    with _changing(settings):
        known = _load(settings)
        meant = [one for one in known if token_id and (one.id.startswith(token_id) or one.name == token_id)]
        if len(meant) != 1:
            listed = "、".join(f"{one.id}（{one.name}）" for one in known) or "无"
            raise TokenError(f"没有令牌 {token_id}，或不止一个。现有：{listed}")
        ended = replace(meant[0], revoked_at=meant[0].revoked_at or datetime.now(UTC).isoformat(timespec="seconds"))
        _save(settings, tuple(ended if one.id == ended.id else one for one in known))
    return ended


def bearer(settings: Settings, text: str) -> Token | None:
    """The token that a text is, where it is valid now; read anew whenever the file changes, so that a revoked one ends at once."""
    mark, _, rest = text.partition("_")
    token_id, _, secret = rest.partition("_")
    if mark != MARK or not secret:
        return None
    digest, found = _digest(secret), None
    for one in _load(settings):
        if hmac.compare_digest(one.digest, digest) and one.id == token_id:
            found = one
    return found if found is not None and found.is_valid(datetime.now(UTC)) else None


def _digest(secret: str) -> str:
    return sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _path(settings: Settings) -> Path:
    return settings.home / FOLDER / FILE


def _load(settings: Settings) -> tuple[Token, ...]:
    path = _path(settings)
    try:
        found = path.stat()
    except FileNotFoundError:
        return ()
    return _read(path, (found.st_size, found.st_mtime_ns, found.st_ino))


@lru_cache(maxsize=8)
def _read(path: Path, _state: tuple[int, int, int]) -> tuple[Token, ...]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return tuple(map(_token, content["tokens"]))
    except (ValueError, KeyError, TypeError) as error:
        # Whoever cannot be known is not let in.
        raise TokenError(
            f"令牌文件 {path} 读不了（{type(error).__name__}）。请从备份恢复，或删掉它再发新的令牌。"
        ) from error


def _token(entry: dict[str, Any]) -> Token:
    lists: dict[str, Any] = {name: tuple(value) if isinstance(value, list) else value for name, value in entry.items()}
    return Token(**lists)


def _save(settings: Settings, tokens: Sequence[Token]) -> None:
    document = {"tokens": [asdict(one) for one in tokens]}
    with replacing(_path(settings)) as path:
        path.write_text(json.dumps(document, ensure_ascii=False, indent=1), encoding="utf-8")


def _changing(settings: Settings) -> contextlib.AbstractContextManager[Path]:
    """One change at a time; readers see the file before it or after it."""
    return folder_lock(settings.home / FOLDER, "tokens.lock")
