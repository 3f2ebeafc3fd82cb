// What a launch may ask for beyond its shape: cudaLaunchAttribute.
#ifndef SAMPAN_LAUNCH_ATTRIBUTES_H
#define SAMPAN_LAUNCH_ATTRIBUTES_H

#include "grid.h"

namespace sampan {

// What is done with them beside the launch itself.
struct LaunchEvents {
  cudaEvent_t recorded[2] = {nullptr, nullptr}; // when the kernel has got far enough
};

// Enters an attribute into the shape and the events. `name`: of the attribute, where the error is
// that Sampan cannot do what it asks for.
cudaError_t apply_attribute(const cudaLaunchAttribute &attribute, LaunchShape &shape,
                            LaunchEvents &events, const char *&name);

// Gives the shape the cluster that the kernel asks for, where the launch names none. An error says
// that the kernel's and the launch's do not fit together.
cudaError_t choose_cluster(const Kernel &kernel, LaunchShape &shape);

} // namespace sampan

#endif
