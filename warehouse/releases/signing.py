"""Releases are signed: what a manifest says of a release, its file's hash among it, was said by whoever holds the key.

A checksum beside a file is changed together with the file; a signature (Ed25519) is not, without the private key. The key stands in home or
in a file that is named, the public one in the manifest and, so that not everybody's will do, in home or in a file that is named.
See docs/decisions/0038-signed-releases.md.
"""

import base64
import contextlib
import json
import os
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from warehouse.settings import Settings
from warehouse.system import copied, integrity
from warehouse.system.durable import write_text

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

KEY_FILE = "UNIONBOARD_RELEASE_KEY_FILE"
PUBLIC_KEY_FILE = "UNIONBOARD_RELEASE_PUBLIC_KEY_FILE"
SIGNATURE = "signature"
_BEGIN = b"-----BEGIN "
_HOW = "请这样生成：(umask 077; openssl genpkey -algorithm ed25519 -out {path})"


class SigningError(OSError):
    """The key cannot be used; the message is a Chinese sentence that says what to do."""


def key_path(settings: Settings) -> Path:
    """Where the private key lies: in the file that is named, else in home."""
    named = os.environ.get(KEY_FILE)
    return Path(named).absolute() if named else settings.home / "keys" / "release.key"


def public_path(settings: Settings) -> Path:
    """Where a home that does not hold the private key keeps the public one, and any home those it signed with before."""
    named = os.environ.get(PUBLIC_KEY_FILE)
    return Path(named).absolute() if named else settings.home / "keys" / "release.pub"


def begin(settings: Settings) -> None:
    """Make the key where there is none yet. Call it under the writer's lock only. Raises SigningError."""
    path = key_path(settings)
    if path.exists() or os.environ.get(KEY_FILE) or copied.is_copy(settings.home):
        problem = problem_of_keys(settings)
        if problem is not None:
            raise SigningError(problem)
        return
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    made = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    write_text(path, made.decode("ascii"))


def has_begun(settings: Settings) -> bool:
    """Whether this home holds or is told a key, so that what is not signed is not believed."""
    return trusted(settings) is not None


def problem_of_keys(settings: Settings) -> str | None:
    """Why a key that is named or there cannot be used, as a Chinese sentence; None when all is well."""
    path, public = key_path(settings), public_path(settings)
    if (os.environ.get(KEY_FILE) or path.exists()) and _private(path) is None:
        return f"版本签名的私钥 {path} 用不了：要是 Ed25519 私钥（PEM，不加密）。{_HOW.format(path=path)}。"
    if (os.environ.get(PUBLIC_KEY_FILE) or public.exists()) and not _public_keys(public):
        return f"版本签名的公钥 {public} 用不了：要有一个或几个 Ed25519 公钥（PEM）。在发布主机上运行 unionboard release-key 得到。"
    return None


def signed(settings: Settings, release_id: str, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """The manifest of this release with a signature and a checksum over all it says. Raises SigningError."""
    begin(settings)
    key = _private(key_path(settings))
    if key is None:
        raise SigningError(problem_of_keys(settings))
    told = {
        "key": _written(key.public_key().public_bytes_raw()),
        "value": _written(key.sign(_said(release_id, manifest))),
    }
    return integrity.signed({**manifest, SIGNATURE: told})


def trusted(settings: Settings) -> frozenset[str] | None:
    """The public keys that are believed here; None where there is no key at all.

    What is named counts alone, so that whoever can write home cannot add one; a file that is named and cannot be read is no key.
    """
    public = public_path(settings)
    if os.environ.get(PUBLIC_KEY_FILE):
        return _public_keys(public)
    own = _private(key_path(settings))
    of_own = frozenset() if own is None else frozenset((_written(own.public_key().public_bytes_raw()),))
    if os.environ.get(KEY_FILE):
        return of_own
    is_there = key_path(settings).exists() or public.exists()
    return of_own | _public_keys(public) if is_there else None


def problem_of(manifest: Mapping[str, Any], release_id: str, known: frozenset[str] | None) -> str | None:
    """Why a manifest is not believed to be what was signed for this release, as a Chinese phrase; None when it is.

    Where no key is known, as in a folder of releases copied by hand, there is nothing to hold it to.
    """
    if known is None:
        return None

    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    told = manifest.get(SIGNATURE)
    if told is None:
        return "没有签名"
    try:
        key, value = str(told["key"]), base64.b64decode(told["value"], validate=True)
        if key not in known:
            return "是用不认识的密钥签的"
        Ed25519PublicKey.from_public_bytes(base64.b64decode(key, validate=True)).verify(
            value, _said(release_id, manifest)
        )
    except (InvalidSignature, ValueError, TypeError, KeyError):
        return "与签名不符，内容在发布后被改过"
    return None


def believe(settings: Settings, release_id: str, manifest: Mapping[str, Any]) -> str | None:
    """From now on a copy believes the key that this release was signed with, and no other; nothing where it knows one already.

    Returns why not, as a Chinese phrase, where the release was not signed with the key that it names.
    """
    told = manifest.get(SIGNATURE)
    if told is None or has_begun(settings):
        return None
    named = str(told.get("key")) if isinstance(told, dict) else ""
    if (problem := problem_of(manifest, release_id, frozenset((named,)))) is not None:
        return problem
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    key = Ed25519PublicKey.from_public_bytes(base64.b64decode(named))
    write_text(public_path(settings), _pem(key))
    return None


def public_pem(settings: Settings) -> str:
    """The public key that belongs to the private one, as replicas are given it. Raises SigningError."""
    key = _private(key_path(settings))
    if key is None:
        raise SigningError(problem_of_keys(settings) or "还没有签名的密钥：第一次 unionboard refresh 时生成。")
    return _pem(key.public_key())


def _pem(key: "Ed25519PublicKey") -> str:
    from cryptography.hazmat.primitives import serialization

    form = serialization.PublicFormat.SubjectPublicKeyInfo
    return key.public_bytes(serialization.Encoding.PEM, form).decode("ascii")


def _said(release_id: str, manifest: Mapping[str, Any]) -> bytes:
    """What is signed: a manifest under the release's own name, so that it cannot stand for another."""
    plain = {name: value for name, value in manifest.items() if name not in (SIGNATURE, "checksum")}
    return json.dumps(["unionboard release", release_id, plain], ensure_ascii=False, sort_keys=True).encode()


def _written(raw: bytes) -> str:
    return base64.b64encode(raw).decode("ascii")


def _private(path: Path) -> "Ed25519PrivateKey | None":
    """The private key in a file; None where there is none."""
    state = _state(path)
    return _read_private(path, state) if state is not None else None


def _public_keys(path: Path) -> frozenset[str]:
    state = _state(path)
    return _read_public(path, state) if state is not None else frozenset()


def _state(path: Path) -> tuple[int, ...] | None:
    with contextlib.suppress(OSError):
        return integrity.stamp_of(path.stat())
    return None


@lru_cache(maxsize=8)
def _read_private(path: Path, _state: tuple[int, ...]) -> "Ed25519PrivateKey | None":
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key

    try:
        found = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError, UnsupportedAlgorithm):
        return None
    return found if isinstance(found, Ed25519PrivateKey) else None


@lru_cache(maxsize=8)
def _read_public(path: Path, _state: tuple[int, ...]) -> frozenset[str]:
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
    from cryptography.hazmat.primitives.serialization import load_pem_public_key

    try:
        parts = path.read_bytes().split(_BEGIN)[1:]
        found = [load_pem_public_key(_BEGIN + part) for part in parts]
    except (OSError, ValueError, UnsupportedAlgorithm):
        return frozenset()
    return frozenset(_written(key.public_bytes_raw()) for key in found if isinstance(key, Ed25519PublicKey))
