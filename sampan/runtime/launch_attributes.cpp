#include "launch_attributes.h"

#include "events.h"
#include "registry.h"

namespace sampan {
namespace {

cudaError_t add_event(LaunchEvents &events, cudaEvent_t event) {
  if (!find_event(event))
    return cudaErrorInvalidResourceHandle;
  (events.recorded[0] ? events.recorded[1] : events.recorded[0]) = event;
  return cudaSuccess;
}

// Either all positive or all zero, which asks for no cluster.
cudaError_t check_extent(unsigned x, unsigned y, unsigned z) {
  bool none = !x && !y && !z;
  return none || (x && y && z) ? cudaSuccess : cudaErrorInvalidValue;
}

} // namespace

cudaError_t apply_attribute(const cudaLaunchAttribute &attribute, LaunchShape &shape,
                            LaunchEvents &events, const char *&name) {
  const cudaLaunchAttributeValue &value = attribute.val;
  switch (static_cast<int>(attribute.id)) {
  case cudaLaunchAttributeIgnore:
  case cudaLaunchAttributeAccessPolicyWindow:
  case cudaLaunchAttributePriority:
  case cudaLaunchAttributeMemSyncDomainMap:
  case cudaLaunchAttributeNvlinkUtilCentricScheduling:
    return cudaSuccess;
  case cudaLaunchAttributeSynchronizationPolicy:
    return value.syncPolicy >= cudaSyncPolicyAuto && value.syncPolicy <= cudaSyncPolicyBlockingSync
               ? cudaSuccess
               : cudaErrorInvalidValue;
  case cudaLaunchAttributeClusterSchedulingPolicyPreference:
    return value.clusterSchedulingPolicyPreference <= cudaClusterSchedulingPolicyLoadBalancing
               ? cudaSuccess
               : cudaErrorInvalidValue;
  case cudaLaunchAttributeMemSyncDomain:
    return value.memSyncDomain <= cudaLaunchMemSyncDomainRemote ? cudaSuccess
                                                                : cudaErrorInvalidValue;
  case cudaLaunchAttributePreferredSharedMemoryCarveout:
    return value.sharedMemCarveout <= 100 || value.sharedMemCarveout == ~0u ? cudaSuccess
                                                                            : cudaErrorInvalidValue;
  case cudaLaunchAttributeCooperative:
    shape.cooperative = value.cooperative != 0;
    return cudaSuccess;
  case cudaLaunchAttributeClusterDimension: {
    const auto &c = value.clusterDim;
    if (cudaError_t error = check_extent(c.x, c.y, c.z))
      return error;
    shape.cluster_named = c.x != 0;
    shape.cluster = shape.cluster_named ? dim3{c.x, c.y, c.z} : dim3{1, 1, 1};
    return cudaSuccess;
  }
  case cudaLaunchAttributePreferredClusterDimension: {
    // The clusters of a grid may then have either size; they all get the least.
    const auto &c = value.preferredClusterDim;
    return check_extent(c.x, c.y, c.z);
  }
  case cudaLaunchAttributeProgrammaticStreamSerialization:
    // Allows the kernel to begin before the one ahead of it has ended. It need not.
    return cudaSuccess;
  case cudaLaunchAttributeProgrammaticEvent:
    // Events that are due when every block has said so, or begun, come at the kernel's end.
    return add_event(events, value.programmaticEvent.event);
  case cudaLaunchAttributeLaunchCompletionEvent:
    return add_event(events, value.launchCompletionEvent.event);
  case cudaLaunchAttributeDeviceUpdatableKernelNode:
    if (!value.deviceUpdatableKernelNode.deviceUpdatable)
      return cudaSuccess;
    name = "cudaLaunchAttributeDeviceUpdatableKernelNode (kernels cannot change graphs here)";
    return cudaErrorNotSupported;
  default:
    name = "an attribute of an id that Sampan does not know";
    return cudaErrorInvalidValue;
  }
}

cudaError_t choose_cluster(const Kernel &kernel, LaunchShape &shape) {
  const std::atomic<uint32_t> *wanted = kernel.required_cluster;
  if (wanted[0] == 0)
    return cudaSuccess;
  dim3 required{wanted[0], wanted[1], wanted[2]};
  const dim3 &named = shape.cluster;
  if (shape.cluster_named &&
      (named.x != required.x || named.y != required.y || named.z != required.z))
    return cudaErrorInvalidClusterSize;
  shape.cluster = required;
  shape.cluster_named = true;
  return cudaSuccess;
}

} // namespace sampan
