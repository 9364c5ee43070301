"""The report: a score book as pages that anyone can open, read in two languages, and print."""

from __future__ import annotations

from suixin.credit.report.write import ReportResult, write_report

__all__ = ["ReportResult", "write_report"]
