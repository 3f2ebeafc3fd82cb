// Empty: what is precompiled is what every CUDA source starts with (precompiled.py).
