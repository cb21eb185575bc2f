"""Where demonstration records happen: the 31 mainland provinces with their people, prefectures and counties."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl


@dataclass(frozen=True)
class Places:
    """Regions of the reference lists.

    provinces: province_code, province_name, population, in official order.
    units: province_code, region_code, region_level (prefecture|county), region_name; no functional zones.
    seats: province_code, region_code, region_name, seat (0 is the capital): prefectures, or districts where a province
    has none.
    """

    provinces: pl.DataFrame
    units: pl.DataFrame
    seats: pl.DataFrame


def read(reference: Path) -> Places:
    """Places from `provinces.csv`, `regions.csv` and `region_exceptions.csv` of the reference folder.

    A county that counts as a prefecture by exception (济源) is a unit of that level. Raises FileNotFoundError without
    the lists.
    """
    provinces = (
        pl.read_csv(reference / "provinces.csv", infer_schema=False)
        .filter(pl.col("census_population").is_not_null())
        .select("province_code", "province_name", pl.col("census_population").cast(pl.Int64).alias("population"))
        .sort("province_code")
    )
    exceptions = pl.read_csv(reference / "region_exceptions.csv", infer_schema=False)
    units = (
        pl.read_csv(reference / "regions.csv", infer_schema=False)
        .filter(pl.col("region_level").is_in(["prefecture", "county"]), pl.col("is_functional_zone") == "false")
        .join(provinces, on="province_code", how="semi")
        .join(exceptions.select("region_code", "counts_as_level"), on="region_code", how="left")
        .select(
            "province_code",
            "region_code",
            pl.coalesce("counts_as_level", "region_level").alias("region_level"),
            "region_name",
        )
        .sort("region_code")
    )
    return Places(provinces, units, _seats(units))


def _seats(units: pl.DataFrame) -> pl.DataFrame:
    has_prefectures = (pl.col("region_level") == "prefecture").any().over("province_code")
    return units.filter(~has_prefectures | (pl.col("region_level") == "prefecture")).select(
        "province_code",
        "region_code",
        "region_name",
        (pl.col("region_code").cum_count().over("province_code").cast(pl.Int64) - 1).alias("seat"),
    )
