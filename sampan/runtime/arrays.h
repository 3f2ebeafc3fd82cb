// CUDA arrays: here plain pitched memory.
#ifndef SAMPAN_ARRAYS_H
#define SAMPAN_ARRAYS_H

#include <vector>

#include "sampan_cuda_types.h"
#include "transfers.h"

struct cudaArray {
  cudaChannelFormatDesc format;
  cudaExtent extent; // in elements, as given: 0 means that there is no such dimension
  unsigned flags;
  size_t element; // bytes
  size_t pitch;   // bytes
  char *data;

  size_t rows() const { return extent.height ? extent.height : 1; }
  bool layered() const { return flags & (cudaArrayLayered | cudaArrayCubemap); }
  size_t slices() const { return extent.depth ? extent.depth : 1; }
};

// One array for each level of detail, each half as large as the one before.
struct cudaMipmappedArray {
  std::vector<cudaArray_t> levels;
};

namespace sampan {

// The two sides of a 3-D copy.
cudaError_t regions_of(const cudaMemcpy3DParms &parameters, Region &to, Region &from, Size3D &size);

} // namespace sampan

#endif
