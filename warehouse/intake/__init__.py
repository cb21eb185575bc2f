"""The front door: dropped files are understood, repaired or refused kindly, and nothing is lost."""

from warehouse.intake.judge import Judgement, judge
from warehouse.intake.take_in import Intake, confirm_replacement, take_in

__all__ = ["Intake", "Judgement", "confirm_replacement", "judge", "take_in"]
