"""Part-time vice-chairs, the project each has pledged, its supervision month by month, and what came of it."""

from collections.abc import Iterable, Iterator

import polars as pl

from warehouse.sample import events, registers, window
from warehouse.sample.plan import Plan

CHECKPOINTS = 1_690
PROJECTS = 46
TERM_BEFORE = -22
"""The month in which the earliest project of the term before began."""
CHECKPOINTS_A_PROJECT = 25
"""What is recorded of a project on average where a number of records is asked for; a little less than is due of it."""

KINDS = pl.DataFrame(
    {"checkpoint_type": ["月汇报", "季例会", "半年推进", "年评估"], "every": [1, 3, 6, 12], "kind": [0, 1, 2, 3]}
)
FIELDS = {"技能人才培育": 0.4, "和谐劳动关系": 0.27, "职工文化活动": 0.24, "其他": 0.09}
OUTPUTS = {"技能人才培育": "培训", "和谐劳动关系": "法律服务", "职工文化活动": "其他", "其他": "获批试点企业"}
"""What projects of a field bring forth apart from training."""
ALWAYS = (pl.col("place") == 0) & (pl.col("kind") == 0)
"""The monthly reports of each province's first project are all on record in their own month."""

STAGES = pl.DataFrame({"stage": [0, 1, 2], "month": [3, 12, 21], "progress": [0.1, 0.5, 0.95]})
"""Projects are written at their start and twice again, with what has been spent and kept of the pledges by then."""


def tables(plan: Plan) -> Iterator[tuple[str, Iterable[pl.DataFrame]]]:
    """Vice-chairs, projects, checkpoints and outputs."""
    projects = _projects(plan)
    yield "vice_chair", [registers.reported(plan, "vice_chair", _chairs(projects), window.YEARLY)]
    yield "project", [registers.reported(plan, "project", _project_states(projects), window.QUARTERLY)]
    yield "checkpoint", [_checkpoints(plan, projects)]
    yield "output", [_outputs(plan, projects)]


def _projects(plan: Plan) -> pl.DataFrame:
    """A project for each vice-chair; each province's first runs through the window, some are of the term before."""
    count = PROJECTS if plan.rows is None else -(-plan.rows // CHECKPOINTS_A_PROJECT)
    units = registers.by_province(plan, count)
    dice = plan.dice("project", units.height)
    term = pl.when((pl.col("place") == 0) | dice.chance("is of this term", 0.84)).then(2).otherwise(1)
    begins = pl.when(pl.col("place") == 0).then(0).when(term == 2).then(dice.whole("term began", 0, 5))
    return (
        units.with_columns(
            term.alias("term_no"),
            begins.otherwise(-dice.whole("term before began", 13, -TERM_BEFORE)).cast(pl.Int64).alias("since"),
            dice.pick("field", FIELDS).alias("field"),
            (dice.whole("budget", 6, 40) * 10_000).alias("budget_yuan"),
            dice.whole("measures", 4, 9).alias("measures_planned"),
            dice.quantiles("kept", [(0, 0.6), (0.5, 0.98), (0.6, 1.0), (1, 1.0)]).alias("kept"),
            dice.quantiles("spent", [(0, 0.6), (0.5, 0.88), (1, 1.0)]).alias("spent"),
            dice.quantiles("diligence", [(0, 0.82), (1, 1.0)]).alias("diligence"),
            dice.pick("honour", {"无": 0.35, "县级": 0.2, "市级": 0.25, "省级": 0.15, "全国": 0.05}).alias(
                "honour_level"
            ),
            dice.chance("has left", 0.05).alias("has_left"),
        )
        .with_columns(
            window.day_of(pl.col("since"), dice.whole("term day", 1, 28)).alias("term_start"),
            (pl.col("place") + 1).cast(pl.String).str.zfill(2).alias("serial"),
        )
        .with_columns(
            (pl.col("term_start") + pl.duration(days=730)).alias("term_end"),
            pl.format("{}-{}-{}", "region_code", pl.col("term_no").cast(pl.String).str.zfill(2), "serial").alias(
                "chair_ref"
            ),
            pl.format("XM{}T{}N{}", "region_code", "term_no", "serial").alias("project_id"),
            pl.format("演示项目·{}·{}", "field", "serial").alias("project_name"),
        )
        .with_columns(pl.col("term_start").alias("start_date"), pl.col("term_end").alias("end_date"))
    )


def _chairs(projects: pl.DataFrame) -> pl.DataFrame:
    """Who is of the term before has served it; of this term a few have left after a year."""
    chairs = projects.with_columns(
        pl.when(pl.col("term_no") == 1).then(pl.lit("期满")).otherwise(pl.lit("在任")).alias("appoint_status"),
        pl.lit(window.YEARLY[0], dtype=pl.Int64).alias("month"),
    )
    left = chairs.filter("has_left", pl.col("term_no") == 2).with_columns(
        pl.lit("调整").alias("appoint_status"), pl.lit(window.YEARLY[1], dtype=pl.Int64).alias("month")
    )
    return pl.concat([chairs, left])


def _project_states(projects: pl.DataFrame) -> pl.DataFrame:
    is_done = (pl.col("term_no") == 1) & (pl.col("stage") > 0)
    return (
        projects.join(STAGES, how="cross", maintain_order="left_right")
        .filter((pl.col("stage") < 2) | (pl.col("term_no") == 2))
        .with_columns(
            # Each province's first project is there from the first report on.
            pl.when((pl.col("place") == 0) & (pl.col("stage") == 0))
            .then(0)
            .otherwise("month")
            .cast(pl.Int64)
            .alias("month"),
            pl.when(is_done)
            .then(pl.lit("完成"))
            .when(pl.col("has_left") & (pl.col("stage") == 2))
            .then(pl.lit("终止"))
            .when(pl.col("stage") == 0)
            .then(pl.lit("立项"))
            .otherwise(pl.lit("实施"))
            .alias("project_status"),
            pl.when(is_done).then(1.0).otherwise("progress").alias("progress"),
        )
        .filter(window.last_day(pl.col("month")) >= pl.col("start_date"))
        .with_columns(
            (pl.col("budget_yuan") * pl.col("spent") * pl.col("progress") / 100)
            .floor()
            .cast(pl.Int64)
            .alias("hundreds"),
            (pl.col("measures_planned") * pl.col("kept") * pl.col("progress"))
            .floor()
            .cast(pl.Int64)
            .alias("measures_done"),
        )
        .with_columns((pl.col("hundreds") * 100).alias("spent_yuan"))
    )


def _checkpoints(plan: Plan, projects: pl.DataFrame) -> pl.DataFrame:
    """Most of what was due is on record: held in time, held late (reported when it was), or not held at all.

    What fell due before the window is reported with its first month, so that no project begins with supervision nobody recorded.
    """
    months = pl.DataFrame({"month": range(TERM_BEFORE, window.MONTHS)}, schema={"month": pl.Int64})
    due = (
        projects.join(months, how="cross", maintain_order="left_right")
        .join(KINDS, how="cross", maintain_order="left_right")
        .join(plan.months("checkpoint"), on="province_code", how="left", maintain_order="left")
        .with_columns(window.last_day(pl.col("month")).alias("due_on"))
        .filter(
            pl.col("due_on").dt.month().cast(pl.Int64) % pl.col("every") == 0,
            pl.col("due_on").is_between(pl.col("start_date"), pl.col("end_date")),
            pl.col("month") < pl.col("months"),
        )
    )
    chance = plan.dice("checkpoint", due.height).uniform("is on record")
    kept = events.chosen(due, plan.records(CHECKPOINTS), pl.when(ALWAYS).then(0.0).otherwise(chance))
    dice = plan.dice("checkpoint/values", kept.height)
    length = pl.col("every") * 20
    luck = dice.uniform("held") / pl.col("diligence")
    held = (
        pl.when((luck < 0.86) | (pl.col("kind") == 3) | (ALWAYS & (luck < 0.97)))
        .then(pl.col("due_on") - pl.duration(days=(dice.uniform("early") * length).floor().cast(pl.Int64)))
        .when((luck < 0.97) & ~ALWAYS)
        .then(pl.col("due_on") + pl.duration(days=dice.whole("late", 1, 20)))
    )
    known_until = window.last_day(pl.col("months") - 1)
    return (
        kept.with_columns(held.alias("held_date"), _due_period().alias("due_period"))
        .with_columns(pl.when(pl.col("held_date") <= known_until).then("held_date").alias("held_date"))
        .with_columns(
            window.period(pl.max_horizontal("month", window.month_of(pl.col("held_date")), pl.lit(0))).alias(
                "report_period"
            ),
            pl.when(pl.col("kind") == 3)
            .then(dice.pick("grade", {"优秀": 0.45, "合格": 0.48, "整改": 0.07}))
            .alias("result_grade"),
        )
        .sort("report_period", "province_code", "project_id", "kind")
    )


def _due_period() -> pl.Expr:
    year, month = pl.col("due_on").dt.year(), pl.col("due_on").dt.month().cast(pl.Int64)
    return (
        pl.when(pl.col("kind") == 0)
        .then(pl.col("due_on").dt.strftime("%Y-%m"))
        .when(pl.col("kind") == 1)
        .then(pl.format("{}Q{}", year, month // 3))
        .when(pl.col("kind") == 2)
        .then(pl.format("{}H{}", year, month // 6))
        .otherwise(year.cast(pl.String))
    )


def _outputs(plan: Plan, projects: pl.DataFrame) -> pl.DataFrame:
    """Training: of each province's first project every month, of others every quarter; a field's own output between."""
    months = pl.DataFrame({"month": range(window.MONTHS)}, schema={"month": pl.Int64})
    slots = (
        projects.join(months, how="cross", maintain_order="left_right")
        .join(plan.months("output"), on="province_code", how="left", maintain_order="left")
        .filter(
            window.first_day(pl.col("month") + 1).is_between(
                pl.col("start_date"), pl.col("end_date") + pl.duration(days=31)
            ),
            pl.col("month") < pl.col("months"),
        )
    )
    turn = (pl.col("month") + pl.col("place") + pl.col("province_code").cast(pl.Int64)) % 3
    training = slots.filter((pl.col("place") == 0) | (turn == 0)).with_columns(pl.lit("培训").alias("output_type"))
    own = slots.filter(turn == 1).with_columns(pl.col("field").replace_strict(OUTPUTS).alias("output_type"))
    rows = pl.concat([training, own.filter(pl.col("output_type") != "培训")])
    dice = plan.dice("output", rows.height)
    persons = dice.quantiles("persons", [(0, 22.0), (0.5, 55.0), (1, 130.0)]).floor()
    sessions = dice.whole("sessions", 1, 6).cast(pl.Float64)
    return rows.with_columns(
        pl.when(pl.col("output_type").is_in(["培训", "其他"]))
        .then(persons)
        .otherwise(sessions)
        .cast(pl.Int64)
        .alias("output_count"),
        window.period(pl.col("month")).alias("report_period"),
    ).sort("report_period", "province_code", "project_id", "output_type")
