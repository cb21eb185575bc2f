"""`unionboard serve --from`: a dashboard host without intake and without builds, which follows the release of one writer."""

import contextlib
import os
import sys
from dataclasses import replace
from pathlib import Path

from warehouse.access import sign_in
from warehouse.command import up
from warehouse.command.console import Console
from warehouse.command.reasons import sentence
from warehouse.releases import release, signing
from warehouse.replicas import secret, sources
from warehouse.replicas.secret import TOKEN_FILE, SecretError
from warehouse.settings import Settings
from warehouse.system import copied, tls
from warehouse.system.copied import Copy
from warehouse.system.lock import LockedError, running_mark

# What only a writer's home holds.
_OF_A_WRITER = ("landing", "ledger", "build")


def settings_of(settings: Settings) -> Settings:
    """The installation of a replica: what the writer tells of its lists lies below home, and nobody publishes from here."""
    return replace(settings, seeds=settings.home / "seeds", read_only=True)


def run(
    settings: Settings, source: str, writer: str | None, token_file: Path | None, host: str, port: int, console: Console
) -> int:
    """Serve the copy of `source` until Ctrl-C or SIGTERM; 0 on a clean stop, 1 when it cannot begin or does not stay up.

    Uploads are handed on to `writer`, by default to the source where that is one.
    """
    settings = settings_of(settings)
    try:
        found = sources.named(source, token_file, settings)
        to = sources.Writer(writer, token_file) if writer else found if isinstance(found, sources.Writer) else None
    except (ValueError, SecretError) as error:
        console.say(str(error))
        return 1
    if any((settings.home / name).exists() for name in _OF_A_WRITER) and not copied.is_copy(settings.home):
        console.say(f"{settings.home} 是发布主机的生成物文件夹，不能当副本。请用 --home 给副本另一个文件夹。")
        return 1
    problem = (
        up.problem_of(host, port)
        or sign_in.problem_of(settings, host)
        or signing.problem_of_keys(settings)
        or tls.problem_of_files()
    )
    if problem is not None:
        console.say(problem)
        return 1
    if isinstance(to, sources.Writer) and to.is_plain:
        console.say(f"注意：{to.where} 不加密，令牌和数据明文传输。请只在可信的网段这样用，否则在发布主机前放 TLS。")
    address = up.address_of(host, port)
    with contextlib.ExitStack() as stack:
        try:
            stack.enter_context(running_mark(settings.home, address))
            settings.seeds.mkdir(exist_ok=True, mode=0o700)
            _mark(settings, found.where, to)
        except LockedError as locked:
            console.say(f"{locked}。请用那一个，或用 --home 给这一个另一个文件夹。")
            return 1
        except OSError as error:
            console.say(f"副本的文件夹 {settings.home} 写不了。{sentence(error)}")
            return 1
        where = {"UNIONBOARD_READ_ONLY": "1", **({TOKEN_FILE: str(token_file)} if token_file else {})}
        worker = [sys.executable, "-m", "warehouse.command.follow", "--lang", console.language, "--from", source]
        return up.serve(settings, host, port, address, console, worker, where, lambda: _has_come(settings))


def _mark(settings: Settings, source: str, to: sources.Writer | None) -> None:
    """Say that this home is a copy, before anything is copied; another source than before has to be heard anew."""
    before = copied.load(settings.home)
    known = (
        before if before is not None and before.source == source else Copy(source, release=release.current_id(settings))
    )
    copied.save(
        settings.home, replace(known, writer=to.where if to else None, problem=None, problem_since=None, attempts=0)
    )
    if not copied.is_copy(settings.home):
        raise OSError(28, os.strerror(28), str(settings.home))


def _has_come(settings: Settings) -> bool:
    """Whether there is a release to show, or a reason why there is none."""
    state = copied.load(settings.home)
    return release.current_id(settings) is not None or (state is not None and state.problem is not None)


def token_file_of(given: Path | None) -> Path | None:
    """The token file that the option or the variable names."""
    return given.absolute() if given is not None else secret.from_environment(TOKEN_FILE)
