"""What `unionboard up` says when others can reach it."""

from dataclasses import replace

from warehouse.command import up
from warehouse.settings import Settings


def test_listening_for_others_says_what_it_means(installation: Settings) -> None:
    said = up._seen_from_outside(installation, "0.0.0.0")
    assert said.startswith("注意：监听在 0.0.0.0，凡是能连到这台机器的人都能打开看板，不用登录，传输不加密。")
    assert "谁都能在页面上交文件、发布和退回" in said
    assert "它现在只应答本机的名字" in said
    assert "--allow-host" in said
    told = up._seen_from_outside(replace(installation, allow_hosts=("board.example.org",), read_only=True), "10.0.0.5")
    assert "它应答这些名字：board.example.org、10.0.0.5。" in told
    assert "发布和退回" not in told
