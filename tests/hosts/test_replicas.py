"""Two replicas behind real nginx, pages open, a release published, a replica killed: no lost selection, no wrong number."""

import os
from pathlib import Path
from typing import Any

import pytest

from tests.hosts import machines
from tests.hosts.machines import PROGRAMME, Machine, until
from warehouse.replicas.sources import SourceError, Writer

READERS = 8
# What a card says at any moment, kept by the page itself; the page is never loaded anew.
WATCH = """() => {
    window.seen = new Set();
    const look = () => {
        const card = [...document.querySelectorAll('article, tr')].find(e => e.getAttribute('aria-label') === '涉及劳动者'
            || e.innerText.includes('涉及劳动者'));
        const said = card?.innerText.match(/涉及劳动者[^0-9]*([0-9,]+)/);
        if (said) window.seen.add(said[1]);
    };
    look();
    new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true });
}"""


@pytest.fixture(scope="module", autouse=True)
def has_nginx() -> None:
    if not machines.has_nginx():
        if os.environ.get("CI") == "true":
            pytest.fail("没有 nginx：请安装 nginx-light")
        pytest.skip("没有 nginx，这些测试跳过（apt-get install nginx-light）。No nginx: skipped.")


@pytest.mark.browser
def test_readers_keep_selection_and_number_when_a_replica_dies(
    browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seeds, token = tmp_path / "seeds", machines.token_in(tmp_path)
    machines.hand_out_two_cases(seeds)
    with machines.writer(tmp_path, seeds, token) as writer:
        options = ("--token-file", str(token))
        with (
            # One asks the writer as on one machine, one as over a network: by TLS, with a certificate that has to be right.
            machines.nginx_of_writer(tmp_path, writer.port) as (encrypted, trusting),
            machines.replica(tmp_path, "one", writer.address, *options) as one,
            machines.replica(tmp_path, "two", encrypted, *options, variables=trusting) as two,
            machines.nginx(tmp_path, [one.port, two.port]) as port,
        ):
            first = writer.release()
            until(lambda: one.release() == two.release() == first, one)
            pages = open_pages(browser, port, one, two)
            before = [selection(page) for page in pages]
            assert all("region=" in address and "period=" in address for address, _ in before)
            # Two cases of twelve workers each, in Henan's 2024.
            for page in pages:
                expect_workers(page, "24")
                page.evaluate(WATCH)

            machines.drop_more(seeds, "郑州市总工会", 100, 10)
            # 24 + 3 × 100, without touching a page.
            for page in pages:
                expect_workers(page, "324")
            second = writer.release()
            assert one.release() == two.release() == second != first

            had = (one.sessions(), two.sessions())
            one.kill()
            until(lambda: two.sessions() >= sum(had), two)
            for page, address in zip(pages, before, strict=True):
                expect_workers(page, "324")
                assert selection(page) == address

            # Those who were moved go on like the others.
            machines.drop_more(seeds, "开封市总工会", 1000, 20)
            for page, address in zip(pages, before, strict=True):
                # 324 + 3 × 1 000.
                expect_workers(page, "3,324")
                assert selection(page) == address
                assert set(page.evaluate("[...window.seen]")) <= {"24", "324", "3,324"}

            with pytest.raises(SourceError, match="证书不能信任"):
                Writer(encrypted, token).offered(None)
            # Of the writer there is nothing else behind its nginx.
            monkeypatch.setenv("SSL_CERT_FILE", trusting["SSL_CERT_FILE"])
            assert Writer(encrypted, token).offered(None) is not None
            with (
                pytest.raises(SourceError, match="没有所要的"),
                Writer(encrypted, token).asked("GET", "/api/release", {}),
            ):
                pass

            # Who comes now is answered too, and what is for machines is not passed on.
            page = context_of(browser).new_page()
            page.goto(f"https://127.0.0.1:{port}/{PROGRAMME.replace('_', '-')}?region=410000&period=2024")
            expect_workers(page, "3,324")
            for path in ("/metrics", "/_stcore/metrics", "/api/offer", "/api/offer/set_aside.json"):
                assert page.request.get(f"https://127.0.0.1:{port}{path}").status == 404, path


def open_pages(browser: Any, port: int, one: Machine, two: Machine) -> list[Any]:
    """Readers with a selection of their own, so many that both replicas have some."""
    pages: list[Any] = []
    while len(pages) < 2 or not (one.sessions() and two.sessions()):
        assert len(pages) < READERS, "one replica got all readers"
        page = context_of(browser).new_page()
        page.goto(f"https://127.0.0.1:{port}/{PROGRAMME.replace('_', '-')}?region=410000&period=2024")
        expect_workers(page, "24")
        pages.append(page)
    return pages


def context_of(browser: Any) -> Any:
    """A reader of their own; the certificate is the test's."""
    return browser.new_context(locale="zh-CN", ignore_https_errors=True, viewport={"width": 1400, "height": 900})


def expect_workers(page: Any, number: str) -> None:
    from playwright.sync_api import expect

    card = page.locator(":is(article, tr)[aria-label='涉及劳动者']")
    expect(card).to_contain_text(number, timeout=machines.WAIT_SECONDS * 1000)


def selection(page: Any) -> tuple[str, list[str]]:
    """What the address says, and what the filters show, once they are drawn: cards that are kept come before them."""
    page.wait_for_function("() => document.querySelectorAll('.st-key-frame input').length >= 3")
    shown = page.evaluate("[...document.querySelectorAll('.st-key-frame input')].map(e => e.value)")
    return page.url, shown
