"""Criteria of a register: published, versioned, with the terms for appeals."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator, model_validator

from sampan.supply.documents import Strict, read_document
from sampan.supply.rules import Day

EXAMPLE = """\
# Criteria for `sampan approvals criteria publish`. A version is never changed once it is published.
version: "1"
effective: DAY
published_at: https://example.com/criteria/1
criteria:
  - id: C1
    step: company
    text: The company, its owners and its parent are on no list of restricted parties.
  - id: C2
    step: company
    text: The company has said what it will use the chips for, and has the means to do so.
  - id: O1
    step: order
    text: The authority has approved this order, with a reference.
  - id: O2
    step: order
    text: The quantity fits the use that was stated.
appeals:
  file_within_days: 30
  decide_within_days: 60
  how: In writing to the register's operator; somebody else than who decided will decide.
"""


class Criterion(Strict):
    """What a decision may rest on. `step` is what it is for: the company, or one of its orders."""

    id: str
    step: Literal["company", "order"]
    text: str = Field(min_length=1, max_length=2000)

    @field_validator("id")
    @classmethod
    def _plain(cls, text: str) -> str:
        if not re.fullmatch(r"[A-Za-z0-9._-]{1,40}", text):
            raise ValueError("must be letters, digits, and . _ - only")
        return text


class Appeals(Strict):
    """The terms for appeals, in days after a decision and after an appeal."""

    file_within_days: int = Field(gt=0, le=3650)
    decide_within_days: int = Field(gt=0, le=3650)
    how: str = Field(min_length=1, max_length=2000)


class Criteria(Strict):
    """A version of the criteria. It holds for what is decided from `effective` on."""

    version: str = Field(min_length=1, max_length=40)
    effective: Day
    published_at: str = Field(min_length=1, max_length=500)
    criteria: list[Criterion] = Field(min_length=1, max_length=500)
    appeals: Appeals

    @model_validator(mode="after")
    def _complete(self) -> Criteria:
        names = [one.id for one in self.criteria]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ValueError(f"criterion {twice} stands there twice")
        for step in ("company", "order"):
            if not any(one.step == step for one in self.criteria):
                raise ValueError(f"no criterion for the step '{step}'")
        return self

    def criterion(self, name: str) -> Criterion | None:
        return next((one for one in self.criteria if one.id == name), None)


def read_criteria(path: Path) -> Criteria:
    """Reads a file of criteria.

    Raises:
        DataError: it cannot be read or does not fit.
    """
    return read_document(path).checked(Criteria)
