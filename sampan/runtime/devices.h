// The devices that a program sees: one, or as many as SAMPAN_DEVICES says.
//
// They are logical: they share the machine's memory, the pool of workers, the default stream, and
// device variables. What a program notices of a device is its number.
#ifndef SAMPAN_DEVICES_H
#define SAMPAN_DEVICES_H

#include "sampan_cuda_types.h"

namespace sampan {

int device_count();
int current_device(); // of the calling thread
inline bool is_device(int device) { return device >= 0 && device < device_count(); }

// As cudaDeviceGetAttribute.
cudaError_t device_attribute(cudaDeviceAttr which, int device, int &value);

} // namespace sampan

#endif
