"""A guideline as data: every item that a course grades, and the errata to its own code."""

from checker.guidelines.catalogue import (
    Catalogue,
    CatalogueError,
    Erratum,
    Item,
    Kind,
    load_catalogue,
)

__all__ = ["Catalogue", "CatalogueError", "Erratum", "Item", "Kind", "load_catalogue"]
