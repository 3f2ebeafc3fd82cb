"""Where kernels leave the pipeline as SIMT code: for devices that have threads of their own.

docs/targets.md has the contract. `module.device_object` runs the steps in order; what a device's
instruction set decides is in a `SimtTarget` (base.py), a file each in sampan/targets.
"""
