"""The self-check of a town: names that sound alike, and synthetic callers, with how often they are found."""

from geo_dispatch.audit.draw import KINDS, DrawnCases, Skipped, choose_kinds, draw_cases
from geo_dispatch.audit.ground import Ground
from geo_dispatch.audit.report import AuditReport, Strangers, audit, audit_cases

__all__ = [
    "KINDS",
    "AuditReport",
    "DrawnCases",
    "Ground",
    "Skipped",
    "Strangers",
    "audit",
    "audit_cases",
    "choose_kinds",
    "draw_cases",
]
