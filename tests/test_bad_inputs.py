"""Every item of the list of bad inputs is tried by a test that is there."""

from __future__ import annotations

import re

import pytest
from bad_inputs import LISTS
from halls import ROOT

ITEMS = [(f"{name}: {item}", test) for name, listed in LISTS.items() for item, test in listed.items()]


@pytest.mark.parametrize(("item", "test"), ITEMS, ids=[item for item, _ in ITEMS])
def test_every_item_of_the_list_has_its_test(item: str, test: str) -> None:
    file, _, name = test.partition("::")
    source = (ROOT / f"tests/{file}.py").read_text(encoding="utf-8")
    assert re.search(rf"^def {name}\(", source, re.M), f"“{item}”: there is no {test}"
