"""The certificate that a server shows, and its key: two files, looked at before anything listens."""

import os
import ssl
from pathlib import Path

CERTIFICATE = "UNIONBOARD_TLS_CERT"
KEY = "UNIONBOARD_TLS_KEY"
_OPTIONS = {CERTIFICATE: "--tls-cert", KEY: "--tls-key"}


def tell(certificate: Path | None, key: Path | None) -> None:
    """The files that the command line names, told to the servers that it starts."""
    for name, path in ((CERTIFICATE, certificate), (KEY, key)):
        if path is not None:
            os.environ[name] = str(path.absolute())


def is_on() -> bool:
    """Whether the server speaks HTTPS itself."""
    return bool(os.environ.get(CERTIFICATE) or os.environ.get(KEY))


def context() -> ssl.SSLContext:
    """What the server speaks TLS by. Raises ValueError, in Chinese, when the files do not do."""
    if (problem := problem_of_files()) is not None:
        raise ValueError(problem)
    return _loaded(os.environ[CERTIFICATE], os.environ[KEY])


def problem_of_files() -> str | None:
    """Why a server cannot begin with the files that are named, as a Chinese sentence; None when it can, or none are."""
    if not is_on():
        return None
    for name, option in _OPTIONS.items():
        named = os.environ.get(name)
        if not named:
            return f"--tls-cert 和 --tls-key 要一起给，现在缺 {option}（{name}）。"
        try:
            Path(named).read_bytes()
        except OSError as error:
            why = "找不到文件" if isinstance(error, FileNotFoundError) else error.strerror or error
            return f"{option} {named} 读不了（{why}）。"
    certificate, key = os.environ[CERTIFICATE], os.environ[KEY]
    try:
        _loaded(certificate, key)
    except ssl.SSLError as error:
        if error.reason == "KEY_VALUES_MISMATCH":
            return f"--tls-key {key} 不是 --tls-cert {certificate} 的私钥，两个文件要配对。"
        return (
            f"--tls-cert {certificate} 和 --tls-key {key} 用不了（{error.reason or error}）："
            "要是 PEM 格式的证书（服务器的在最前，后面接中间证书）和不加密码的私钥。"
        )
    except ValueError:
        return f"--tls-key {key} 加了密码。请用不加密码、权限 0600 的私钥：openssl pkey -in {key} -out 新文件。"
    return None


def _loaded(certificate: str, key: str) -> ssl.SSLContext:
    def no_password() -> str:
        # Else the terminal would be asked, or a server would hang.
        raise ValueError("encrypted")

    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.minimum_version = ssl.TLSVersion.TLSv1_2
    made.load_cert_chain(certificate, key, no_password)
    return made
