// Programs on an OpenCL device: a module's SPIR-V, built once, and its kernels.
#ifndef SAMPAN_OPENCL_PROGRAM_H
#define SAMPAN_OPENCL_PROGRAM_H

#include <string>

#include "opencl_devices.h"
#include "sampan_abi.h"

namespace sampan::opencl {

// The program of a module's code; null where it cannot be built, and `why` then says so.
Program build(const Target &target, const SampanDeviceCode &code, std::string &why);

} // namespace sampan::opencl

#endif
