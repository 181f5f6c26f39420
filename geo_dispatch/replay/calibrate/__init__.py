"""Travel times set right by recorded trips."""

from geo_dispatch.replay.calibrate.calibrating import CalibrationReport, ClassFactor, calibrate_calls, calibration_text
from geo_dispatch.replay.calibrate.crossed import Held

__all__ = ["CalibrationReport", "ClassFactor", "Held", "calibrate_calls", "calibration_text"]
