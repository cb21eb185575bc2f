"""ZIP archives as other programs pack them."""

import zipfile
from collections.abc import Mapping
from pathlib import Path


class _Named(zipfile.ZipInfo):
    """An entry whose name is written as these bytes, without the mark of UTF-8."""

    raw: bytes

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.raw, self.flag_bits


def pack(path: Path, entries: Mapping[str, bytes], encoding: str | None = None) -> Path:
    """An archive of these entries; `encoding` is how their names are written, None for UTF-8 with its mark."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as written:
        for name, data in entries.items():
            if encoding is None:
                written.writestr(name, data)
                continue
            entry = _Named(name)
            entry.raw = name.encode(encoding)
            written.writestr(entry, data)
    return path
