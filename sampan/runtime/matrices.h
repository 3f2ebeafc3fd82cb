// Products of matrices whose elements the lanes of a warp hold (see sampan_warp_mma).
#ifndef SAMPAN_MATRICES_H
#define SAMPAN_MATRICES_H

#include <cstdint>

namespace sampan {

constexpr unsigned kMatrixLayoutsShift = 28;

// `shape`: as sampan_warp_mma takes it, with the layouts from bit kMatrixLayoutsShift on.
// `lanes`: where the elements of each of the 32 lanes are; null for one that takes no part, whose
// elements count as zero.
void multiply_matrices(uint32_t shape, void *const *lanes);

} // namespace sampan

#endif
