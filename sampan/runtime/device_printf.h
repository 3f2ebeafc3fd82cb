// What kernels print is kept until one of the calls at which CUDA writes it out.
#ifndef SAMPAN_DEVICE_PRINTF_H
#define SAMPAN_DEVICE_PRINTF_H

#include <string>

namespace sampan {

void flush_device_output();
// What would be written out, for somebody who writes it elsewhere.
std::string take_device_output();

} // namespace sampan

#endif
