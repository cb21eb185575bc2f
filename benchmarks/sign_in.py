"""What signing in adds to a page's server time: the same pages of two servers in turn, one that asks who comes, one that does not."""

import asyncio
import json
import os
import statistics
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from joserfc import jwt
from joserfc.jwk import ECKey, KeySet

from benchmarks import session
from benchmarks.pages import OURS, served
from warehouse import settings as settings_module
from warehouse.access import scopes
from warehouse.refresh import refresh

RUNS = int(os.environ.get("BENCHMARK_RUNS", "25"))
LIMIT_MS = 15
PAGES = {"overview": "", "a programme": "dispute-mediation", "one province": "province", "releases": "releases"}
HEADER = "x-board-token"


@dataclass(frozen=True)
class Added:
    """Seconds of one page with and without sign-in, run in turn."""

    name: str
    signed_in: tuple[float, ...]
    open_to_all: tuple[float, ...]

    def line(self) -> str:
        """One line of the report: medians, the ratio, and what is added."""
        ours, theirs = statistics.median(self.signed_in), statistics.median(self.open_to_all)
        added = 1000 * (ours - theirs)
        return (
            f"{self.name}: {1000 * ours:.1f} ms signed in, {1000 * theirs:.1f} without, ratio {ours / theirs:.2f}, "
            f"added {added:+.1f} ms (limit {LIMIT_MS}), medians of {len(self.signed_in)} in turn"
        )


def run() -> list[Added]:
    """First visits and visits again of some pages, by a leader and by somebody of one province."""
    with tempfile.TemporaryDirectory() as folder:
        home = os.environ.get("BENCHMARK_HOME") or f"{folder}/home"
        settings = settings_module.load(home=Path(home))
        refresh(settings)
        leader, province, configured = _gateway(Path(folder))
        with served(OURS, settings.home) as plain:
            os.environ[scopes.SIGN_IN] = str(configured)
            try:
                with served(OURS, settings.home) as guarded:
                    return [
                        *asyncio.run(_compared(plain, guarded, "leader", leader)),
                        *asyncio.run(_compared(plain, guarded, "province leader", province)),
                    ]
            finally:
                del os.environ[scopes.SIGN_IN]


async def _compared(plain: str, guarded: str, who: str, token: str) -> list[Added]:
    found = []
    for name, page in PAGES.items():
        with_it: list[float] = []
        without: list[float] = []
        # One session each, as a reader has; a run of the page is what a click costs the server.
        async with session.opened(guarded, {HEADER: token}) as signed, session.opened(plain) as anybody:
            for viewer in (signed, anybody, signed, anybody):
                await viewer.run(page)
            for number in range(RUNS):
                both = [(signed, with_it), (anybody, without)]
                for viewer, seconds in both if number % 2 else reversed(both):
                    begin = time.perf_counter()
                    await viewer.run(page)
                    seconds.append(time.perf_counter() - begin)
            assert not signed.errors and not anybody.errors, (signed.errors, anybody.errors)
        found.append(Added(f"{name}, {who}", tuple(with_it), tuple(without)))
    return found


def _gateway(folder: Path) -> tuple[str, str, Path]:
    """The words of a gateway for a leader and for a province's, and the settings of a dashboard that believes it."""
    key = ECKey.generate_key("P-256", {"kid": "gateway"})
    (folder / "jwks.json").write_text(json.dumps(KeySet([key]).as_dict(private=False)))
    (folder / "roles.yml").write_text(
        "claims: [groups]\nnation_for_provinces: true\nrules:\n  - {when: {groups: leaders}, role: leader}\n"
        '  - {when: {groups: henan}, role: province_leader, regions: ["410000"]}\n'
    )
    configured = folder / "sign-in.toml"
    configured.write_text(
        f'roles = "roles.yml"\n[gateway]\nheader = "{HEADER}"\njwks = "{folder}/jwks.json"\n'
        'issuer = "https://gateway.example.org"\naudience = "unionboard"\ntrusted = ["127.0.0.0/8"]\n'
    )

    def word(group: str) -> str:
        claims = {"iss": "https://gateway.example.org", "aud": "unionboard", "sub": f"sub-{group}", "groups": [group]}
        return jwt.encode({"alg": "ES256", "kid": "gateway"}, {**claims, "exp": int(time.time()) + 36_000}, key)

    return word("leaders"), word("henan"), configured
