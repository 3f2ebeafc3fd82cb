"""CUDA kernels from Python: what `import sampan` offers. See docs/python.md."""
