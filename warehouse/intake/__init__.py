"""The front door: dropped files are understood, repaired or refused kindly, and nothing is lost."""

from pathlib import Path

from warehouse.intake import apart
from warehouse.intake.context import in_context
from warehouse.intake.judge import Judgement, label_of, programme_of
from warehouse.intake.take_in import Intake, confirm_replacement, take_in
from warehouse.settings import Settings


def judge(path: Path, settings: Settings, programme: str | None = None) -> Judgement | None:
    """Judges one file as a refresh would, and writes nothing; None for what systems leave behind (D95) and reference lists.

    The programme is the one given, else that of the folder below the seeds folder, else what name and header say.
    """
    if path.absolute().is_relative_to(settings.reference):
        return None
    judgement = apart.judged(path, label_of(path), settings, programme or programme_of(path, settings))
    return None if judgement is None else in_context(judgement, path, settings)


__all__ = ["Intake", "Judgement", "confirm_replacement", "judge", "take_in"]
