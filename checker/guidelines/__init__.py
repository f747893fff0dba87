"""The guideline as data: every item that the workshop grades, and the errata to its own code."""

from checker.guidelines.catalogue import Catalogue, Erratum, Item, Kind, load_catalogue

__all__ = ["Catalogue", "Erratum", "Item", "Kind", "load_catalogue"]
