"""The files that a recipe names, from the surveys' archives to the data folder."""

from catalog.fetch.addresses import url_of

__all__ = ["url_of"]
