"""The same models on a real Spark cluster: equal releases, and what becomes of a refresh whose cluster breaks (`make cluster-test`)."""

import json
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.cluster import cluster as clusters
from tests.cluster.cluster import Cluster
from tests.cluster.comparing import differences, row_counts
from warehouse import settings as settings_module
from warehouse.releases import release
from warehouse.settings import CHECKOUT

pytestmark = [pytest.mark.cluster, pytest.mark.timeout(700)]

TODAY = "2024-06-15"
PROGRAMME = "culture_block"
EXAMPLE = CHECKOUT / "docs" / "examples" / "work_stoppages"
# What a text literal must not break on.
NAME, WRITTEN = "演示·建筑工", "Xi'an 工'匠\\"


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    if not clusters.has_java():
        pytest.skip("there is no Java on this machine")
    with clusters.cluster(tmp_path_factory.mktemp("cluster")) as found:
        yield found


@pytest.fixture(scope="module")
def seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One programme alone, so that every other table is empty; one of its names has apostrophes."""
    folder = tmp_path_factory.mktemp("it's here") / "seeds"
    shutil.copytree(CHECKOUT / "seeds" / PROGRAMME, folder / PROGRAMME)
    [path] = (folder / PROGRAMME).glob("*IP形象*.csv")
    text = path.read_text(encoding="utf-8-sig")
    assert NAME in text
    path.write_text(text.replace(NAME, WRITTEN), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def on_duckdb(seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("duckdb")
    done = refresh(seeds, home, {})
    assert done["published"], done["reason"]
    return home


def refresh(
    seeds: Path, home: Path, environment: Mapping[str, str], *options: str, root: Path = CHECKOUT
) -> dict[str, Any]:
    """One refresh as people run it; the document it prints, with its exit code."""
    done = begun(seeds, home, environment, *options, root=root)
    out, _ = done.communicate()
    return {**json.loads(out), "exit_code": done.returncode}


def begun(
    seeds: Path, home: Path, environment: Mapping[str, str], *options: str, root: Path = CHECKOUT
) -> "subprocess.Popen[str]":
    home.mkdir(parents=True, exist_ok=True)
    with (home / "said.txt").open("w") as said:
        return subprocess.Popen(
            [sys.executable, "-m", "warehouse.command.cli", "refresh", "--json", *options],
            env={
                **os.environ,
                **environment,
                "PYTHONPATH": str(root),
                "UNIONBOARD_SEEDS": str(seeds),
                "UNIONBOARD_HOME": str(home),
                "UNIONBOARD_TODAY": TODAY,
            },
            cwd=root,
            stdout=subprocess.PIPE,
            stderr=said,
            text=True,
        )


def released(seeds: Path, home: Path) -> Path:
    found = release.current(settings_module.load(seeds=seeds, home=home))
    assert found is not None
    return found.path


def without_releases(home: Path, copy: Path) -> Path:
    """A copy of a home that has taken the files in, at the same moments, and has built nothing."""
    shutil.copytree(home, copy, ignore=shutil.ignore_patterns("releases", "spark"))
    return copy


@pytest.fixture(scope="module")
def on_spark(seeds: Path, on_duckdb: Path, cluster: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = without_releases(on_duckdb, tmp_path_factory.mktemp("it's spark") / "home")
    done = refresh(seeds, home, {**cluster.environment, "UNIONBOARD_SPARK_PROGRAMMES": PROGRAMME})
    assert done["published"], done["reason"]
    assert done["tests"]["failed"] == 0
    return home


def test_releases_of_both_engines_are_the_same(seeds: Path, on_duckdb: Path, on_spark: Path) -> None:
    found = row_counts(released(seeds, on_spark))
    assert found["fct_culture_block_activities"] > 0 and found["mart_culture_block_kpi_values"] > 0
    assert found["fct_dispute_mediation_cases"] == 0
    with duckdb.connect(str(released(seeds, on_spark)), read_only=True) as connection:
        named = connection.execute("select count(*) from fct_culture_block_ip_assets where ip_name = ?", [WRITTEN])
        assert named.fetchall()[0][0] > 0
    assert differences(released(seeds, on_duckdb), released(seeds, on_spark)) == []


def test_planted_difference_is_found(seeds: Path, on_duckdb: Path, tmp_path: Path) -> None:
    changed = tmp_path / "changed.duckdb"
    shutil.copy(released(seeds, on_duckdb), changed)
    changed.chmod(0o600)
    with duckdb.connect(str(changed)) as connection:
        connection.execute(
            "update mart_culture_block_kpi_values set value = value + 1e-9"
            " where rowid = (select min(rowid) from mart_culture_block_kpi_values where value is not null)"
        )
    [table, *_] = differences(released(seeds, on_duckdb), changed)
    assert table.startswith("mart_culture_block_kpi_values: only in one")


def test_both_workers_have_completed_tasks(on_spark: Path, cluster: Cluster) -> None:
    finished = cluster.finished_tasks()
    assert len(finished) >= 2 and all(finished.values()), finished


def test_refresh_without_a_change_publishes_nothing_on_either_engine(
    seeds: Path, on_spark: Path, cluster: Cluster
) -> None:
    again = refresh(seeds, on_spark, {**cluster.environment, "UNIONBOARD_SPARK_PROGRAMMES": PROGRAMME})
    assert (again["outcome"], again["exit_code"]) == ("unchanged", 0)
    other = refresh(seeds, on_spark, cluster.environment, "--engine", "duckdb")
    assert other["outcome"] == "unchanged"


def test_refresh_without_a_cluster_fails_in_words_and_the_release_stays(
    seeds: Path, on_duckdb: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(on_duckdb, home)
    before = released(seeds, home)
    other = with_a_row_less(seeds, tmp_path)
    done = refresh(other, home, {"UNIONBOARD_SPARK_PORT": "1"}, "--engine", "spark")
    assert done["exit_code"] == 1
    assert "没有应答" in done["reason"] and "--engine duckdb" in done["reason"]
    assert released(seeds, home) == before


def with_a_row_less(seeds: Path, folder: Path) -> Path:
    other = folder / "seeds"
    shutil.copytree(seeds, other)
    [path] = (other / PROGRAMME).glob("*活动表*.csv")
    lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True)
    path.write_text("".join(lines[:-1]), encoding="utf-8")
    return other


def kill_during(model: str, home: Path, kill: Callable[[], None]) -> threading.Thread:
    """Kills while the model is being made: when the first parts of its statement lie below home."""

    def watch() -> None:
        end = time.monotonic() + 400
        while time.monotonic() < end:
            if len(list((home / "spark").glob(f"{model}-parts-*/*/_SUCCESS"))) >= 3:
                kill()
                return
            time.sleep(0.05)

    thread = threading.Thread(target=watch)
    thread.start()
    return thread


def test_worker_killed_during_a_kpi_model_changes_nothing(
    seeds: Path, cluster: Cluster, on_duckdb: Path, tmp_path: Path
) -> None:
    home = without_releases(on_duckdb, tmp_path / "home")
    killing = kill_during("mart_culture_block_kpi_values", home, lambda: cluster.kill("worker-1"))
    done = refresh(seeds, home, {**cluster.environment, "UNIONBOARD_SPARK_PROGRAMMES": PROGRAMME})
    killing.join()
    assert "worker-1" not in cluster.processes
    cluster.start_worker("worker-1")
    assert done["published"], done["reason"]
    assert differences(released(seeds, on_duckdb), released(seeds, home)) == []


def test_thrift_server_killed_during_a_kpi_model_fails_in_words_and_the_release_stays(
    seeds: Path, cluster: Cluster, on_duckdb: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(on_duckdb, home)
    before = released(seeds, home)
    other = with_a_row_less(seeds, tmp_path)
    environment = {**cluster.environment, "UNIONBOARD_SPARK_PROGRAMMES": PROGRAMME}
    killing = kill_during("mart_culture_block_kpi_values", home, lambda: cluster.kill("thrift"))
    done = refresh(other, home, environment)
    killing.join()
    assert (done["exit_code"], done["published"]) == (1, False)
    assert "Spark 集群" in done["reason"]
    assert released(seeds, home) == before
    # The cluster is there again: what was made before is taken, and the release is the one that DuckDB makes.
    cluster.start_thrift()
    again = refresh(other, home, environment)
    assert again["published"], again["reason"]
    anew = without_releases(home, tmp_path / "anew")
    assert refresh(other, anew, {})["published"]
    assert differences(released(other, anew), released(other, home)) == []


def test_programme_and_kpi_added_by_the_docs_run_on_both_engines(cluster: Cluster, tmp_path: Path) -> None:
    root = tmp_path / "copy"
    for room in ("warehouse", "dashboard", "dbt_project"):
        shutil.copytree(CHECKOUT / room, root / room, ignore=shutil.ignore_patterns("target", "logs", "__pycache__"))
    shutil.copytree(CHECKOUT / "seeds" / "reference", root / "seeds" / "reference")
    shutil.copytree(EXAMPLE / "models", root / "dbt_project" / "models" / "work_stoppages")
    # As the docs say, and a column more: all others stay on this machine, what belongs to no programme runs on the cluster as well.
    listed = root / "seeds" / "reference" / "programmes.csv"
    header, *rows = listed.read_text(encoding="utf-8").splitlines()
    added = (EXAMPLE / "programmes.csv").read_text(encoding="utf-8").splitlines()[-1]
    lines = [f"{header},engine", *(f"{row},duckdb" for row in rows), f"{added},"]
    listed.write_text("\n".join(lines) + "\n", encoding="utf-8")
    shutil.copytree(EXAMPLE / "seeds", root / "seeds" / "work_stoppages")
    [yaml] = (root / "dbt_project" / "models" / "work_stoppages").glob("fct_*.yml")
    kpi = """        kpis:
          - name: st_begun_in_may
            label: {zh: 停工起数（含\\\\）, en: Stoppages that began}
            definition: {zh: "期内开始的停工起数，'起'。", en: Stoppages that began in the period.}
            date: began_on
            basis: period
            numerator: count(*)
            unit: count
            unit_label: {zh: 起, en: stoppages}
            direction: lower
"""
    yaml.write_text(yaml.read_text(encoding="utf-8").replace("        kpis:\n", kpi, 1), encoding="utf-8")
    homes = {"duckdb": tmp_path / "on-duckdb", "spark": tmp_path / "on-spark"}
    seeds = root / "seeds"
    assert refresh(seeds, homes["duckdb"], {}, root=root)["published"]
    environment = {**cluster.environment, "UNIONBOARD_ENGINE": "spark"}
    without_releases(homes["duckdb"], homes["spark"])
    done = refresh(seeds, homes["spark"], environment, root=root)
    assert done["published"], done["reason"]
    assert differences(released(seeds, homes["duckdb"]), released(seeds, homes["spark"])) == []
