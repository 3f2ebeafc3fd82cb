"""From Python values to a kernel's parameter buffer.

Every parameter gets a converter, made once from its C++ type: it takes what it knows at once (the
right kind of NumPy array, a plain number) by the shortest way, and everything else by a longer one
that explains what does not fit. `struct` then packs the results; it also checks integers' ranges.
"""

from __future__ import annotations

import ctypes
import math
import operator
import struct
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from sampan.frontend.signatures import KernelSignature, Parameter
from sampan.python import layout
from sampan.python.errors import ArgumentError
from sampan.python.views import View, null_or_pointer, view

# From a value to what `struct` packs. What it appends to the list must outlive the launch.
Converter = Callable[[Any, list[object]], Any]

_INTEGERS = {("int", 1): "b", ("int", 2): "h", ("int", 4): "i", ("int", 8): "q"}
_INTEGERS |= {("uint", 1): "B", ("uint", 2): "H", ("uint", 4): "I", ("uint", 8): "Q"}
_FLOATS = {2: "e", 4: "f", 8: "d"}


class Packer:
    """Packs the arguments of one kernel."""

    def __init__(self, signature: KernelSignature) -> None:
        self.kernel = signature.source_name
        self.parameters = signature.parameters
        formats = ["<"]
        self._converters: list[Converter] = []
        end = 0
        for number, parameter in enumerate(signature.parameters):
            code, converter = _converter(_Place(self.kernel, number, parameter))
            formats.append(f"{parameter.offset - end}x{code}")
            self._converters.append(converter)
            end = parameter.offset + parameter.size
        self._struct = struct.Struct("".join(formats))

    def pack(self, arguments: Sequence[Any], keep: list[object]) -> bytes:
        """The packed arguments. `keep` gets what must live until the kernel has ended.

        Raises ArgumentError for a wrong number of arguments, and for one that does not fit.
        """
        try:
            count = len(arguments)
        except TypeError:
            raise ArgumentError(
                f"{self.kernel}: the arguments are {_kind(arguments)}, not a tuple",
                hint="one argument alone is written (x,)",
            ) from None
        if count != len(self._converters):
            raise self._wrong_count(arguments)
        values = [
            convert(value, keep) for convert, value in zip(self._converters, arguments, strict=True)
        ]
        try:
            return self._struct.pack(*values)
        except (struct.error, OverflowError):
            self._explain_range(values)
            raise

    def _wrong_count(self, arguments: Sequence[Any]) -> ArgumentError:
        wanted = ", ".join(declaration(p.type.name, p.name) for p in self.parameters)
        given, count = len(arguments), len(self.parameters)
        return ArgumentError(
            f"{self.kernel} takes {count} argument{'s' * (count != 1)}, not {given}: "
            f"{self.kernel}({wanted})",
            hint="arguments go into one tuple: kernel(grid, block, (x, y, n)); "
            "one argument alone is written (x,)",
        )

    def _explain_range(self, values: Sequence[Any]) -> None:
        for number, (parameter, value) in enumerate(zip(self.parameters, values, strict=True)):
            place = _Place(self.kernel, number, parameter)
            type = parameter.type
            if (type.kind, type.size) in _INTEGERS:
                low = 0 if type.kind == "uint" else -(1 << (8 * type.size - 1))
                high = (1 << (8 * type.size - (type.kind == "int"))) - 1
                if not low <= value <= high:
                    raise place.error(f"{value} is out of range: {low} to {high}")
            elif type.kind == "float" or layout.is_half(type):
                largest = float(np.finfo(f"f{type.size}").max)
                if math.isfinite(value) and abs(value) > largest:
                    raise place.error(f"{value} is too large for {type.name}: {largest:g} at most")


class _Place:
    """A parameter of a kernel, for messages."""

    def __init__(self, kernel: str, number: int, parameter: Parameter) -> None:
        self.kernel = kernel
        self.number = number
        self.parameter = parameter

    def error(self, text: str, hint: str = "") -> ArgumentError:
        shown = declaration(self.parameter.type.name, self.parameter.name)
        return ArgumentError(
            f"{self.kernel}, argument {self.number + 1} ({shown}): {text}", hint=hint
        )


def declaration(type: str, name: str) -> str:
    """A parameter as C++ declares it, such as `const float *x`."""
    space = "" if type.endswith("*") or not name else " "
    return f"{type}{space}{name}"


def _converter(place: _Place) -> tuple[str, Converter]:
    """A parameter's code for `struct`, and its converter."""
    type = place.parameter.type
    if type.kind == "pointer":
        return "Q", _pointer(place)
    if code := _INTEGERS.get((type.kind, type.size)):
        return code, _integer(place)
    if type.kind == "float" and type.size in _FLOATS:
        return _FLOATS[type.size], _float(place)
    if type.kind == "bool":
        return "?", _boolean(place)
    if layout.is_half(type):
        return "e", _float(place)
    if layout.is_bfloat(type):
        return "H", _bfloat(place)
    return f"{place.parameter.size}s", _object(place)


# -- numbers --------------------------------------------------------------------------------------


def _kind(value: object) -> str:
    """What a value is, for a message."""
    if isinstance(value, np.ndarray):
        return f"a NumPy array of {value.dtype}"
    if isinstance(value, (bool, int, float, complex)):
        return f"the {type(value).__name__} {value}"
    if isinstance(value, np.generic):
        return f"the {type(value).__name__} {value}"
    return f"a {type(value).__name__}"


def _scalar(value: Any) -> Any:
    """An array without dimensions is the number in it."""
    if isinstance(value, np.ndarray) and value.ndim == 0:
        return value[()]
    return value


def _integer(place: _Place) -> Converter:
    def convert(value: Any, keep: list[object]) -> int:
        if type(value) is int:
            return value
        value = _scalar(value)
        if isinstance(value, np.bool_):
            return int(value)
        if not isinstance(value, np.ndarray):
            try:
                return operator.index(value)
            except TypeError:
                pass
        raise place.error(
            f"{_kind(value)} is no integer",
            "write int(x) to round towards zero"
            if isinstance(value, (float, np.floating))
            else "an array goes to a pointer parameter; x[0] or x.item() is a number",
        )

    return convert


def _float(place: _Place) -> Converter:
    def convert(value: Any, keep: list[object]) -> float:
        if type(value) is float:
            return value
        value = _scalar(value)
        if isinstance(value, (int, float, np.integer, np.floating, np.bool_)):
            try:
                return float(value)
            except OverflowError:
                raise place.error(f"{value} is too large for a floating-point number") from None
        raise place.error(
            f"{_kind(value)} is no real number",
            "an array goes to a pointer parameter; x[0] or x.item() is a number",
        )

    return convert


def _bfloat(place: _Place) -> Converter:
    to_float = _float(place)

    def convert(value: Any, keep: list[object]) -> int:
        number = to_float(value, keep)
        try:
            (bits,) = struct.unpack("<I", struct.pack("<f", number))
        except OverflowError:
            raise place.error(f"{number} is too large for bfloat16") from None
        if math.isnan(number):
            return 0x7FFF
        rounded: int = (bits + 0x7FFF + (bits >> 16 & 1)) >> 16  # to the nearest, ties to even
        return rounded

    return convert


def _boolean(place: _Place) -> Converter:
    def convert(value: Any, keep: list[object]) -> bool:
        if value is True or value is False:
            return bool(value)
        value = _scalar(value)
        if isinstance(value, (np.bool_, int, np.integer)) and value in (0, 1):
            return bool(value)
        raise place.error(f"{_kind(value)} is no truth value", "write bool(x)")

    return convert


# -- objects passed by value -----------------------------------------------------------------------


def _object(place: _Place) -> Converter:
    parameter_type, size = place.parameter.type, place.parameter.size
    known = layout.dtype_of(parameter_type) is not None
    wanted = f"a structured scalar of dtype {layout.describe(parameter_type)}"
    hint = (
        f"np.zeros((), dtype=kernel.parameters[{place.number}].dtype) makes one; align=True lays a "
        "dtype out as C++ does"
    )
    if not known:
        wanted, hint = f"a ctypes structure of {size} bytes", "NumPy has no dtype for it"

    def convert(value: Any, keep: list[object]) -> bytes:
        if isinstance(value, (ctypes.Structure, ctypes.Array, ctypes.Union)):
            if ctypes.sizeof(value) == size:
                return bytes(value)
            raise place.error(
                f"a {type(value).__name__} of {ctypes.sizeof(value)} bytes; it has {size}"
            )
        if isinstance(value, (complex, tuple, list)):
            value = _from_numbers(value)
        value = _scalar(value)
        if isinstance(value, (np.ndarray, np.generic)):
            whole: layout.DType = value.dtype
            if isinstance(value, np.ndarray):
                whole = np.dtype((value.dtype, value.shape))
            if whole.itemsize == size and layout.pointee_fits(parameter_type, whole):
                return value.tobytes()
        raise place.error(f"{_kind(value)} is no {parameter_type.name}; it wants {wanted}", hint)

    def _from_numbers(value: Any) -> Any:
        leaves = list(layout.leaves_of(parameter_type))
        kinds = {(kind, width) for _, kind, width in leaves}
        numbers = [value.real, value.imag] if isinstance(value, complex) else list(value)
        if len(kinds) != 1 or len(numbers) != len(leaves):
            return value
        kind, width = kinds.pop()
        code = _INTEGERS.get((kind, width)) or _FLOATS.get(width, "")
        try:
            packed = struct.pack(f"<{len(numbers)}{code}", *numbers)
        except (struct.error, OverflowError) as error:
            raise place.error(f"{value}: {error}") from None
        dtype = np.dtype(f"{'f' if kind == 'float' else kind[0]}{width}")
        return np.frombuffer(packed, dtype)

    return convert


# -- pointers --------------------------------------------------------------------------------------


def _pointer(place: _Place) -> Converter:
    parameter = place.parameter
    element = parameter.type.element
    assert element is not None or parameter.type.name == "pointer"
    writes = parameter.writes
    expected = layout.dtype_of(element) if element is not None else None
    if expected is not None and expected.subdtype is not None:
        expected = None
    alignment = layout.alignment_of(element) if element is not None else 1
    exact = expected is not None and alignment <= expected.alignment

    def convert(value: Any, keep: list[object]) -> int:
        if type(value) is np.ndarray and exact and value.dtype == expected:
            flags = value.flags
            if flags.carray or (not writes and flags.c_contiguous and flags.aligned):
                address: int = value.__array_interface__["data"][0]
                return address
        return slowly(value, keep)

    def slowly(value: Any, keep: list[object]) -> int:
        pointer = null_or_pointer(value)
        if pointer is not None:
            keep.append(value)
            return pointer
        try:
            array = view(value)
        except ArgumentError as error:
            raise place.error(error.message, error.hint) from None
        if array is None:
            raise place.error(
                f"{_kind(value)} is no array",
                "pass a NumPy array, or an object with the array interface or DLPack; "
                "None is a null pointer, ctypes.c_void_p(address) any other",
            )
        check_type(array)
        if not array.contiguous:
            raise place.error(
                f"an array of shape {array.shape} and strides {array.strides} is not contiguous",
                "np.ascontiguousarray(x) copies it, and what the kernel writes is in the copy; of "
                "an array in Fortran's order x.T is contiguous and needs no copy",
            )
        if writes and array.read_only:
            raise place.error(
                "the array is read-only, and the kernel may write through this parameter",
                "declare the parameter const, or pass x.copy()",
            )
        if array.address % alignment and array.nbytes:
            raise place.error(
                f"the array lies at {array.address:#x}, which is no multiple of {alignment} "
                f"bytes as {parameter.type.name} needs",
                "x.copy() is aligned",
            )
        keep.append(array.owner)
        return array.address

    def check_type(array: View) -> None:
        if element is None or element.kind == "void":
            return
        if array.dtype is None:
            fits = array.type_name == "bfloat16" and any(
                kind == "bfloat" for _, kind, _ in layout.leaves_of(element)
            )
        else:
            fits = layout.pointee_fits(element, array.dtype)
        if not fits:
            wanted = layout.describe(element)
            raise place.error(
                f"an array of {array.type_name} for {parameter.type.name}, which wants {wanted}",
                _hint_for(array, expected),
            )
        if element.size and array.nbytes % element.size:
            raise place.error(
                f"an array of {array.nbytes} bytes for {parameter.type.name}, whose elements have "
                f"{element.size} bytes each"
            )

    return convert


def _hint_for(array: View, expected: layout.DType | None) -> str:
    if expected is None or array.dtype is None or expected.fields is not None:
        return "kernel.parameters[i].dtype is the dtype that a parameter wants"
    name = f"np.{expected.name}"
    convert = f"x.astype({name}) converts into a copy"
    if expected.itemsize == array.dtype.itemsize and array.dtype.fields is None:
        return f"{convert}; x.view({name}) passes the same memory as it is"
    return convert
