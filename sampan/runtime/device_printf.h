// What kernels print is kept until one of the calls at which CUDA writes it out.
#ifndef SAMPAN_DEVICE_PRINTF_H
#define SAMPAN_DEVICE_PRINTF_H

namespace sampan {

void flush_device_output();

} // namespace sampan

#endif
