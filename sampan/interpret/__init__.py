"""Whole programs whose kernels the interpreter runs: `sampan run --path interp`.

`module` makes the device object at compile time: the variables as machine code has them, the code
as data. At run time `__main__` is the process that loads such a program as a library; `executor`
runs its grids in the interpreter of `sampan.ir`, on the program's own memory (`process_memory`).
"""
