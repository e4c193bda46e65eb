"""Every JSON document by the name of its schema."""

from __future__ import annotations

from comity.cli.backtest_document import BacktestDocument
from comity.cli.documents import DOCUMENTS as BASIC
from comity.cli.documents import Document
from comity.cli.forecast_documents import ForecastDocument, ScoreDocument
from comity.cli.prior_document import PriorDocument
from comity.cli.sensitivity_document import SensitivityDocument
from comity.cli.thresholds_document import ThresholdsDocument

DOCUMENTS: dict[str, type[Document]] = {
    **BASIC,
    "backtest": BacktestDocument,
    "forecast": ForecastDocument,
    "prior": PriorDocument,
    "score": ScoreDocument,
    "sensitivity": SensitivityDocument,
    "thresholds": ThresholdsDocument,
}
"""In no order; a command imports the one that it prints."""
