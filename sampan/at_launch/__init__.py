"""Kernels that are compiled when they are launched, each for the shape of its blocks.

A program made so has no kernels inside, but its device variables and a description of each kernel
(frame). The runtime (runtime/at_launch.cpp) looks for a kernel's library in a folder, else asks the
compiler, a process that `sampan run` leaves beside the program (service), which makes the library
(kernels) and puts it there. The folder is part of the program's entry in the compile cache, so the
next run finds it. docs/architecture.md says why.
"""
