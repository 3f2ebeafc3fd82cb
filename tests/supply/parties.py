"""Listed parties that do not exist, in the form of the Consolidated Screening List."""

from __future__ import annotations

from typing import Any

RECORDS: list[dict[str, Any]] = [
    {
        "id": "a1",
        "source": "Entity List (EL) - Bureau of Industry and Security",
        "entity_number": 77,
        "type": "Entity",
        "name": "Xingyao Suanli Keji Co., Ltd.",
        "alt_names": ["星曜算力科技有限公司"],
        "addresses": [{"address": "1 Nowhere Road", "city": "Erehwon", "country": "CN"}],
        "programs": [],
    },
    {"id": "a2", "source": "SDN", "name": "NEMO, Nobody", "alt_names": None, "addresses": None},
]
