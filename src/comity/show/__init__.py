"""Figures and the self-contained report."""

from comity.show.report import build_report, write_report

__all__ = ["build_report", "write_report"]
