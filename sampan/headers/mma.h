// nvcuda::wmma: products of matrices that the lanes of a warp hold together, as the CUDA C++
// Programming Guide describes them under "Warp Matrix Functions".
//
// Who holds which element is open in CUDA. Here, element number e of a matrix is x[e / 32] of lane
// e % 32, with elements numbered as they lie in memory: matrix_a and matrix_b by rows (row_major)
// or by columns (col_major), accumulators by rows. Where CUDA has more elements in a fragment than
// are needed, they repeat from the start.
#ifndef SAMPAN_MMA_H
#define SAMPAN_MMA_H

#if defined(__cplusplus) && defined(__CUDACC__)
#include "cuda_bf16.h"
#include "cuda_fp16.h"

namespace nvcuda {
namespace wmma {

class row_major;
class col_major;
class matrix_a;
class matrix_b;
class accumulator;

namespace precision {
class tf32;
}

namespace experimental {
namespace precision {
class u4;
class s4;
class b1;
} // namespace precision
enum bmmaBitOp { bmmaBitOpXOR = 1, bmmaBitOpAND = 2 };
enum bmmaAccumulateOp { bmmaAccumulateOpPOPC = 1 };
} // namespace experimental

enum layout_t { mem_row_major, mem_col_major };

} // namespace wmma
} // namespace nvcuda

#include "sampan/matrix_fragments.h"
#include "sampan/matrix_products.h"

#endif
#endif
