"""The values of a column, each once where they repeat: what is looked at closely is looked at as seldom as can be."""

import polars as pl

# Where values repeat this often in the beginning, they repeat further on.
_SAMPLE, _REPEATED = 2000, 0.5


def distinct(cells: pl.Series) -> pl.Series:
    """The column's values, each once where most come more than once; else the column as it is."""
    sample = cells.head(_SAMPLE)
    if len(cells) > _SAMPLE and sample.n_unique() < _REPEATED * len(sample):
        return cells.unique()
    return cells
