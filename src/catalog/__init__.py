"""Peculiar Spectra: from a spectroscopic survey to an atlas of its strangest objects."""

__version__ = "0.1.0"
