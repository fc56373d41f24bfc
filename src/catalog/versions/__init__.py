"""What changed between a release and the one before it: pure functions of the tables of both.

A release is a mapping of its tables, as `schema.sql` names them: read from the earlier one's file
(`earlier`), or as the store stage is about to write them.
"""

from collections.abc import Mapping

from catalog.tables import Table

Tables = Mapping[str, Table]
Key = tuple[str, str]
"""Survey and identifier: identifiers of two surveys may be alike."""


def keys(table: Table) -> list[Key]:
    """Survey and identifier of every row."""
    return list(zip(table["survey"].tolist(), table["target_id"].tolist(), strict=True))
