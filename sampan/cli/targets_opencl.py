"""The part of `sampan targets` about OpenCL devices."""

from __future__ import annotations

from typing import Any

from sampan.diagnostics import MissingToolError
from sampan.targets.opencl_devices import list_devices


def describe() -> dict[str, Any]:
    """What --json says: the devices, or in `missing` why there are none."""
    try:
        found = list_devices()
    except MissingToolError as error:
        return {"devices": [], "missing": error.message}
    devices = [
        {
            "device": one.knob,
            "name": one.name,
            "platform": one.platform,
            "usable": bool(one.takes),
            "takes": one.takes,
            "warps": one.warps,
            "missing": one.missing,
        }
        for one in found
    ]
    missing = "" if devices else "the OpenCL loader knows no device: install a driver"
    return {"devices": devices, "missing": missing}


def lines(described: dict[str, Any]) -> list[str]:
    """The same for people."""
    if described["missing"]:
        return ["opencl", f"  none: {described['missing']}"]
    result = ["opencl"]
    for one in described["devices"]:
        result.append(f"  {one['device']:9} {one['name']} ({one['platform']})")
        if not one["usable"]:
            result.append(f"            cannot be used: {one['missing']}")
            continue
        warps = "warps are sub-groups of 32" if one["warps"] else "no warp-wide operations"
        result.append(f"            takes {one['takes']}; {warps}")
    return result
