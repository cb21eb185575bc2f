"""A build takes as much memory as it needs and the machine has; what does not fit names the model and what to set."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.build.test_reads import land, plan_of
from warehouse.build import candidate as building
from warehouse.build.candidate import DATABASE_FILE, BuildError
from warehouse.settings import Settings
from warehouse.system import machine

# A list cannot be written to disk in parts: 24 MB of numbers, and as much again while it grows.
LARGE = "select len(list(range)) as x from range(3000000)"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = Settings(seeds=tmp_path, home=tmp_path / "home", today=date(2024, 6, 15))
    land(found, "('a', 2)")
    return found


def test_build_that_does_not_fit_is_tried_with_twice_the_memory(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(building, "MEMORY_MB", 16)
    said: list[str] = []
    builder, _, _ = building._built(settings, tmp_path / DATABASE_FILE, plan_of(LARGE), None, said.append)
    assert builder.built == ["fct_things", "mart_things"]
    retold = [sentence for sentence in said if "放不下" in sentence]
    assert retold[0] == "dbt_project/models/mart_things.sql 在 16 MB 内存里放不下，改用 32 MB 重新构建"


def test_build_that_may_not_take_more_names_the_model_and_what_to_set(settings: Settings, tmp_path: Path) -> None:
    fixed = replace(settings, build_memory_mb=16)
    with pytest.raises(BuildError, match=r"mart_things\.sql：内存不够.*UNIONBOARD_BUILD_MEMORY_MB.*现在按 16 MB"):
        building._built(fixed, tmp_path / DATABASE_FILE, plan_of(LARGE), None, lambda _: None)


def test_memory_is_doubled_up_to_half_of_the_machine_s(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "memory_mb", lambda: 8000)
    assert building.memory_limits(settings) == [600, 1200, 2400]
    assert building.memory_limits(replace(settings, build_memory_mb=900)) == [900]


def test_more_threads_than_the_memory_is_for_are_not_started(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(machine, "cores", lambda: 32)
    assert [machine.threads(memory) for memory in (16, 600, 1200, 9600)] == [1, 4, 8, 32]
    monkeypatch.setattr(machine, "cores", lambda: 2)
    assert machine.threads(600) == 2


def test_container_that_may_take_less_than_the_machine_has_is_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    limit = tmp_path / "memory.max"
    monkeypatch.setattr(machine, "_CGROUP", limit)
    whole = machine.memory_mb()
    limit.write_text(f"{64 << 20}\n")
    assert machine.memory_mb() == 64
    limit.write_text("max\n")
    assert machine.memory_mb() == whole
