"""One file beside those of the folder: judged as a refresh would, with what is already in."""

from pathlib import Path

from warehouse.intake import apart
from warehouse.intake.folder.context import in_context
from warehouse.intake.judge import Judgement, label_of, programme_of
from warehouse.settings import Settings


def judge(path: Path, settings: Settings, programme: str | None = None) -> Judgement | None:
    """Judges one file as a refresh would, and writes nothing; None for what systems leave behind (D95) and reference lists.

    The programme is the one given, else that of the folder below the seeds folder, else what name and header say.
    """
    judgement = judge_alone(path, settings, programme)
    return None if judgement is None else in_context(judgement, path, settings)


def judge_alone(path: Path, settings: Settings, programme: str | None = None) -> Judgement | None:
    """As `judge`, without a look at what is already in."""
    if path.absolute().is_relative_to(settings.reference):
        return None
    return apart.judged(path, label_of(path), settings, programme or programme_of(path, settings))
