"""`unionboard release-key`: the public key that replicas check releases with, and a word for a release that nobody has signed."""

import json
import sys
from typing import Annotated

import typer

from warehouse.command.options import Installation, with_installation


@with_installation
def release_key(
    at: Installation,
    sign: Annotated[
        str | None,
        typer.Option("--sign", help="给这个没有签名或由旧密钥签名的版本签名（只写确认过的）", metavar="RELEASE"),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="在标准输出打印一个 JSON 文档")] = False,
) -> None:
    """打印版本签名的公钥（PEM），给跟随这里的看板主机用。（The public key that releases are signed with.）"""
    from warehouse.access import audit
    from warehouse.releases import release, signing
    from warehouse.system.lock import writer_lock

    console, settings = at.console, at.settings
    try:
        if sign is not None:
            with writer_lock(settings.home, on_wait=console.say):
                audit.check(settings)
                signed = release.sign(settings, sign)
                audit.record(settings, "release.sign", release=signed.id)
            console.say(f"版本 {signed.id} 已签名。")
        pem = signing.public_pem(settings)
    except (release.ReleaseError, signing.SigningError) as error:
        console.fail(str(error))
    if as_json:
        sys.stdout.write(json.dumps({"public_key": pem, "signed": signed.id if sign else None}) + "\n")
    else:
        typer.echo(pem, nl=False)
