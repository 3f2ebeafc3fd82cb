"""Orders as YAML files: what, for whom, for what, and where to.

order: PO-2026-017
date: 2026-02-01
item: {chip: H200, quantity: 8}
from: US
to: CN
parties:
  - {role: end user, name: 华芯计算有限公司, country: CN}
end_use: {category: data centre, description: inference for a web shop}
red_flags: {declines-end-use: no}
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from sampan.supply.countries import Country, find_country
from sampan.supply.documents import Document, Strict, read_document
from sampan.supply.rules import Day

PARTIES = 200  # of one order

Role = Literal[
    "end user", "purchaser", "intermediate consignee", "ultimate consignee", "forwarder", "bank",
    "parent", "other",
]  # fmt: skip
EndUse = Literal[
    "data centre", "research", "consumer", "supercomputer", "semiconductor manufacturing",
    "military", "intelligence", "weapons of mass destruction", "other", "unknown",
]  # fmt: skip

# Supplement no. 3 to 15 CFR part 732, in short. An answer is yes, no or unknown; what is not
# answered is unknown.
RED_FLAGS = {
    "resembles-listed-party": "the customer or an address is like one of a listed party",
    "declines-end-use": "the customer is reluctant to say what the item is for",
    "does-not-fit-business": "the item's capabilities do not fit the buyer's line of business",
    "does-not-fit-country": "the item does not fit the technical level of the destination",
    "pays-cash": "cash is offered for an expensive item that is usually financed",
    "little-background": "the customer has little or no business background",
    "unfamiliar-with-item": "the customer does not know what the item does but wants it anyway",
    "declines-service": "routine installation, training or maintenance is declined",
    "vague-delivery": "delivery dates are vague, or it goes to an out-of-the-way place",
    "forwarder-as-destination": "a freight forwarder is named as the final destination",
    "abnormal-route": "the route of shipment is abnormal for the item and destination",
    "packaging-does-not-fit": "the packaging does not fit the destination or the way of shipment",
    "evasive-on-place-of-use": "the buyer is evasive about use at home, export or re-export",
    "late-change": "the customer or the destination changed after the order",
    "cannot-run-it": "the destination lacks the power and cooling to run what is ordered",
}


def _country(text: str) -> str:
    return find_country(text).code


CountryCode = Annotated[str, AfterValidator(_country)]
Answer = Literal["yes", "no", "unknown"]


class Item(Strict):
    """A chip of the catalogue, and how many."""

    chip: str = Field(min_length=1)
    quantity: int = Field(gt=0)


class OrderParty(Strict):
    """Somebody who takes part."""

    role: Role
    name: str = Field(min_length=1, max_length=1000)
    other_names: list[str] = Field(default_factory=list, max_length=50)
    country: CountryCode | None = None
    headquarters: CountryCode | None = None


class Use(Strict):
    """What it is for."""

    category: EndUse
    description: str = ""


class Order(Strict):
    """An order, as its file has it."""

    order: str = Field(min_length=1)
    date: Day | None = None
    item: Item
    from_: CountryCode = Field(alias="from")
    to: CountryCode
    parties: list[OrderParty] = Field(min_length=1, max_length=PARTIES)
    end_use: Use
    red_flags: dict[str, Answer] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _makes_sense(self) -> Order:
        unknown = sorted(set(self.red_flags) - set(RED_FLAGS))
        if unknown:
            raise ValueError(f"no red flag '{unknown[0]}'; they are {', '.join(RED_FLAGS)}")
        if not any(party.role == "end user" for party in self.parties):
            raise ValueError("no party has the role 'end user': who will use it?")
        return self

    def headquarters(self) -> Country | None:
        """Where the end user, or its parent, has its headquarters, if it is said."""
        for role in ("parent", "end user"):
            for party in self.parties:
                code = party.headquarters or (party.country if role == "parent" else None)
                if party.role == role and code:
                    return Country(code)
        return None


def read_order(path: Path) -> tuple[Order, Document]:
    """Reads and checks an order.

    Raises:
        DataError: it cannot be read or does not fit.
    """
    document = read_document(path)
    return document.checked(Order), document
