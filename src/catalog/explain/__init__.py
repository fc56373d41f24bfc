"""Residuals -> reasons: why an outlier is one, how surely, how much of its misfit that explains."""

from catalog.explain.evidence import Outliers
from catalog.explain.judge import explain, summarise

__all__ = ["Outliers", "explain", "summarise"]
