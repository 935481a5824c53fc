"""What an authority has said of itself and of its periods: a few values by name, and no personal data of volunteers."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, insert, select

from facilitation.store.schema import house_setting


@dataclass(frozen=True)
class HouseSettings:
    """The settings, inside one transaction."""

    connection: Connection

    def get(self, name: str) -> dict[str, Any]:
        """What was kept under this name; empty before anything was."""
        found = self.connection.execute(select(house_setting.c.value).where(house_setting.c.name == name)).scalar()
        return {} if found is None else dict(json.loads(found))

    def put(self, name: str, value: Mapping[str, Any]) -> None:
        """Keep it; what was there before is gone."""
        self.connection.execute(delete(house_setting).where(house_setting.c.name == name))
        text = json.dumps(dict(value), ensure_ascii=False, sort_keys=True)
        self.connection.execute(insert(house_setting).values(name=name, value=text))
