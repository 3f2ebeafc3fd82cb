"""What the host half says of the blocks that kernels are launched with."""

from __future__ import annotations

import pytest

from sampan.frontend.launched_shapes import Launches, launched_shapes

STUB = "define dso_local void @_Z19__device_stub__stepPf(ptr %0) {\n{launch}}\n"
PUSH = "  %1 = call i32 @__cudaPushCallConfiguration(i64 %g, i32 1, {block}, i64 0, ptr null)"
CALL = "  call void @_Z19__device_stub__stepPf(ptr noundef %p)"
INLINED = (
    "  %2 = call noundef i32 @cudaLaunchKernel(ptr noundef nonnull @_Z19__device_stub__stepPf, "
    "i64 %a, i32 %b, i64 %c, i32 %d, ptr %e, i64 0, ptr null)"
)
SQUARE = f"i64 {16 | 16 << 32}, i32 1"
LINE = f"i64 {128 | 1 << 32}, i32 1"
UNKNOWN = "i64 %x, i32 1"


def host(*lines: str) -> str:
    body = "\n".join(lines)
    return f"define i32 @main() {{\n{body}\n}}\n"


def pushed(block: str, launch: str = CALL) -> str:
    return PUSH.format(block=block) + "\n" + launch


@pytest.mark.parametrize("launch", [CALL, INLINED])
def test_constants(launch: str) -> None:
    found = launched_shapes(host(pushed(SQUARE, launch)))
    assert found == {"_Z4stepPf": Launches([(16, 16, 1)], True)}


def test_the_most_frequent_first() -> None:
    found = launched_shapes(host(pushed(LINE), pushed(SQUARE), pushed(SQUARE)))
    assert found == {"_Z4stepPf": Launches([(16, 16, 1), (128, 1, 1)], True)}


def test_a_launch_that_is_no_constant() -> None:
    found = launched_shapes(host(pushed(LINE), pushed(UNKNOWN)))
    assert found == {"_Z4stepPf": Launches([(128, 1, 1)], False)}
    assert launched_shapes(host(pushed(UNKNOWN))) == {"_Z4stepPf": Launches([], False)}


def test_more_shapes_than_are_compiled() -> None:
    blocks = [f"i64 {n | 1 << 32}, i32 1" for n in (32, 64, 96)]
    found = launched_shapes(host(*map(pushed, blocks)))
    assert found == {"_Z4stepPf": Launches([(32, 1, 1), (64, 1, 1)], False)}


def test_the_stub_itself_is_no_launch() -> None:
    text = STUB.replace("{launch}", INLINED + "\n") + host(pushed(LINE))
    assert launched_shapes(text) == {"_Z4stepPf": Launches([(128, 1, 1)], True)}


def test_a_call_of_the_runtime() -> None:
    call = INLINED.replace("i64 %c, i32 %d", LINE)
    assert launched_shapes(host(call)) == {"_Z4stepPf": Launches([(128, 1, 1)], True)}
    cooperative = call.replace("cudaLaunchKernel", "cudaLaunchCooperativeKernel")
    assert launched_shapes(host(cooperative)) == {"_Z4stepPf": Launches([(128, 1, 1)], True)}


def test_blocks_that_no_launch_takes() -> None:
    assert launched_shapes(host(pushed(f"i64 {2048 | 1 << 32}, i32 1"))) == {
        "_Z4stepPf": Launches([], False)
    }
