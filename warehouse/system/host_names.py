"""Names and addresses of hosts, as requests and settings write them."""

import re
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

_HOST = re.compile(
    r"(?:\[(?P<six>[0-9a-f:.]{2,45})\]|(?P<name>[a-z0-9_](?:[a-z0-9._-]{0,252}[a-z0-9])?)\.?)(?::(?P<port>\d{1,5}))?"
)


@dataclass(frozen=True)
class Host:
    """A host as requests name it, in small letters, an IPv6 address without brackets; `port` is None where none is named."""

    name: str
    port: int | None

    def __str__(self) -> str:
        name = f"[{self.name}]" if ":" in self.name else self.name
        return name if self.port is None else f"{name}:{self.port}"


def parsed(text: str) -> Host | None:
    """What a Host header names; None when it is none that a browser sends."""
    found = _HOST.fullmatch(text.strip(" \t").lower())
    if found is None:
        return None
    port = int(found["port"]) if found["port"] else None
    if port is not None and not 0 < port < 65_536:
        return None
    if found["six"] is None:
        return Host(found["name"], port)
    address = address_of(found["six"])
    return None if address is None else Host(address, port)


def is_loopback(name: str) -> bool:
    """Whether a name is that of the machine itself, whatever it is called outside."""
    try:
        return name == "localhost" or ip_address(name).is_loopback
    except ValueError:
        return False


def address_of(text: str) -> str | None:
    """An address as it is written shortest; one of IPv4 inside IPv6 as the former."""
    try:
        address = ip_address(text.partition("%")[0])
    except ValueError:
        return None
    inner = getattr(address, "ipv4_mapped", None)
    return str(inner or address)


def told(text: str, name: str) -> str:
    """A name that the server shall answer to, in the letters that requests use. Raises ValueError, in Chinese, when it is none."""
    try:
        plain = text.strip().encode("idna").decode("ascii") if not text.isascii() else text.strip()
    except UnicodeError:
        plain = ""
    found = parsed(f"[{plain}]" if plain.count(":") > 1 and not plain.startswith("[") else plain)
    if found is None or found.port is not None:
        raise ValueError(
            f"{name} 的“{text}”不是主机名。请只写名字或地址，不写 http:// 和端口，例如 board.example.org。"
        )
    return found.name


def network(text: str, name: str) -> str:
    """An address or network. Raises ValueError, in Chinese, when it is none."""
    try:
        return str(ip_network(text.strip(), strict=False))
    except ValueError:
        raise ValueError(f"{name} 的“{text}”不是地址或网段，请写成 10.0.0.5 或 10.0.0.0/8。") from None
