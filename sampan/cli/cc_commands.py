"""What `sampan cc` is asked for, in the compiler's terms, and as the commands that -v shows."""

from __future__ import annotations

import dataclasses
import os
import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from sampan import config
from sampan.cli import cc_options
from sampan.cli.cc_options import ARCHIVE, COMPILE, DEVICE_LINK, LINK, CcOptions
from sampan.cli.failures import foreseen
from sampan.cli.options import to_compile_options

if TYPE_CHECKING:
    from sampan.driver import CompileOptions


def version_text() -> str:
    """What --version prints. Build systems recognise nvcc by the first and the last line."""
    from sampan.cli.version import version_text as own
    from sampan.toolkit import CUDA_VERSION
    from sampan.toolkit import version_text as cuda

    major, minor, _ = CUDA_VERSION
    return (
        f"nvcc: NVIDIA (R) Cuda compiler driver: this is sampan-nvcc in its place\n{own()}\n"
        "Sampan is not affiliated with NVIDIA and contains nothing of NVIDIA's.\n"
        f"Cuda compilation tools, release {major}.{minor}, V{cuda()}"
    )


def program(options: CcOptions) -> Path:
    defaults = {DEVICE_LINK: "a_dlink.o", ARCHIVE: "a.a"}
    return options.output or _in_directory(options, Path(defaults.get(options.phase, "a.out")))


def object_file(options: CcOptions, source: Path) -> Path:
    return options.output or _in_directory(options, Path(source.stem + ".o"))


def emitted_file(options: CcOptions, source: Path) -> Path:
    suffix = cc_options.EMITTED[options.emit]
    return options.output or _in_directory(options, Path(f"{source.stem}.device{suffix}"))


def _in_directory(options: CcOptions, path: Path) -> Path:
    return options.output_directory / path if options.output_directory else path


def compile_options(options: CcOptions) -> CompileOptions:
    chosen = to_compile_options(options)
    # A machine that is named is the only one.
    levels = chosen.machine is None and not config.CPU.get()
    return dataclasses.replace(chosen, system_headers=options.dependencies != "-MMD", levels=levels)


def link_options(options: CcOptions) -> CompileOptions:
    """With the runtime: found by -l in the toolkit's folder, as nvcc does it."""
    from sampan.toolkit import toolkit

    chosen = compile_options(options)
    if chosen.foreign:  # static, with a runtime of its own
        return dataclasses.replace(chosen, shared=options.shared, device_link=options.device_link)
    lib64 = str(toolkit() / "lib64")
    flags = list(chosen.linker_flags)
    if options.shared:
        flags += ["-z", "nodelete"]
    if options.cudart == "shared":
        flags.append(f"-rpath={lib64}")
    return dataclasses.replace(
        chosen,
        shared=options.shared,
        runtime=False,  # named among the libraries
        device_link=options.device_link,
        libraries=(*chosen.libraries, *_runtime_libraries(options)),
        library_dirs=(*chosen.library_dirs, f"{lib64}/stubs", lib64),
        linker_flags=tuple(flags),
        driver_flags=(*_flags_for_linking(options), *_export_flags(options)),
    )


def _runtime_libraries(options: CcOptions) -> list[str]:
    named = {"static": "cudart_static", "shared": "cudart"}.get(options.cudart)
    return ["cudadevrt", *([named] if named else []), "rt", "pthread", "dl"]


def _flags_for_linking(options: CcOptions) -> list[str]:
    """The host compiler's flags count when it links as well, as with nvcc."""
    others = ("-fopenmp", "-Wl,", "-Wa,", "-Wp,", "-M")
    return [flag for flag in options.host_flags if not flag.startswith(others)]


def _export_flags(options: CcOptions) -> list[str]:
    from sampan.link import export_flags

    return export_flags() if options.cudart == "static" else []


# ---- -v and --dryrun ----------------------------------------------------------------------------


def _show(text: str) -> None:
    print(f"#$ {text}", file=sys.stderr)


def show_environment() -> None:
    """The lines by which CMake finds the toolkit."""
    from sampan.toolkit import toolkit

    with foreseen():
        top = toolkit()
    _show("_NVVM_BRANCH_=nvvm")
    _show("_SPACE_= ")
    _show(f"_HERE_={top}/bin")
    _show(f"TOP={top}")
    _show(f"NVVMIR_LIBRARY_DIR={top}/nvvm/libdevice")
    _show(f"PATH={top}/bin:{os.environ.get('PATH', '')}")
    _show(f'INCLUDES="-I{top}/include"  ')
    _show(f"LIBRARIES={_library_path(top)}")
    _show("CUDAFE_FLAGS=")
    _show("PTXAS_FLAGS=")


def _library_path(top: Path) -> str:
    return f'  "-L{top}/lib64/stubs" "-L{top}/lib64"'


def show_commands(options: CcOptions) -> None:
    """The commands that compile and link, with names instead of the temporary files."""
    from sampan.frontend import clang
    from sampan.frontend.plain import plain_command
    from sampan.toolkit import toolkit

    chosen = compile_options(options)
    objects = []
    for path in options.sources:
        if not cc_options.is_source(options, path):
            objects.append(str(path))
            continue
        out = str(object_file(options, path)) if options.phase == COMPILE else f"{path.stem}.o"
        objects.append(out)
        if path in options.cuda_sources:
            device, host = Path(f"{path.stem}.device.ll"), Path(f"{path.stem}.host.ll")
            _show(shlex.join(clang.device_command(path, chosen.front_end, device)))
            _show(shlex.join(clang.host_command(path, chosen.front_end, None, host)))
            arch = options.arch.replace("sm_", "compute_")
            _show(f'sampan compile -arch {arch} "{device}" "{host}" -o "{out}"')
        else:
            _show(shlex.join(plain_command(path, chosen.front_end, ["-c", "-o", out])))
    if options.phase in (LINK, DEVICE_LINK):
        _show(f"sampan device-link {shlex.join(objects)}")
    if options.phase == LINK:
        top = toolkit()
        linked = link_options(options)
        words = [str(top / "bin" / "host-linker"), *_flags_for_linking(options)]
        words += ["-shared"] if options.shared else []
        words += ["-o", str(program(options)), *objects]
        words += [f"-L{folder}" for folder in linked.library_dirs[:-2]]
        libraries = " ".join(f"-l{name}" for name in linked.libraries)
        _show(f"{shlex.join(words)} {_library_path(top)} {libraries} -lm")
