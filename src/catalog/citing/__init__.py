"""How a release is cited and how it was made: its catalogue -> files that others read."""

from catalog.citing.work import Work
from catalog.citing.writing import write

__all__ = ["Work", "write"]
