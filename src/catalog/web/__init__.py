"""Asking other people's servers: slowly, patiently, and with a name to complain to.

Everything that this program gets over the network goes through a `Visitor`.
"""

from catalog.web.faults import NotThereError
from catalog.web.manners import Manners
from catalog.web.visitor import Answer, Visitor

__all__ = ["Answer", "Manners", "NotThereError", "Visitor"]
