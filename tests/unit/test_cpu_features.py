"""A CPU that SAMPAN_CPU names has its vectors: code for it is not made as for the least of them."""

from __future__ import annotations

import pytest

from sampan.diagnostics import UsageError
from sampan.targets.cpu_features import features_of
from sampan.targets.registry import vector_hooks


@pytest.mark.parametrize(
    ("cpu", "lanes"), [("x86-64-v2", 4), ("x86-64-v3", 8), ("x86-64-v4", 16), ("znver4", 16)]
)
def test_lanes(cpu: str, lanes: int) -> None:
    assert vector_hooks("x86_64-linux", features_of(cpu)).lanes == lanes


def test_a_name_that_no_cpu_has() -> None:
    with pytest.raises(UsageError, match="no CPU called 'pentium9'"):
        features_of("pentium9")
