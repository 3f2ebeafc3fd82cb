// Products of matrices on the fibre path: the last lane to come computes all of it.

#include "matrices.h"

#include <cmath>
#include <vector>

namespace sampan {
namespace {

constexpr unsigned kWarpLanes = 32;

float add_product(float a, float b, float c) { return std::fma(a, b, c); }
double add_product(double a, double b, double c) { return std::fma(a, b, c); }
uint32_t add_product(uint32_t a, uint32_t b, uint32_t c) { return a * b + c; } // wraps around

template <class T> struct Elements {
  void *const *lanes;
  unsigned first; // of the lane's elements, the first one of this matrix

  T *place(unsigned element) const {
    T *own = static_cast<T *>(lanes[element % kWarpLanes]);
    return own ? own + first + element / kWarpLanes : nullptr;
  }
  T get(unsigned element) const {
    const T *found = place(element);
    return found ? *found : T{0};
  }
};

template <class T> void multiply(uint32_t shape, void *const *lanes) {
  unsigned m = shape >> 16 & 255, n = shape >> 8 & 255, k = shape & 255;
  bool a_by_columns = shape >> kMatrixLayoutsShift & 1;
  bool b_by_columns = shape >> (kMatrixLayoutsShift + 1) & 1;
  Elements<T> a{lanes, 0}, b{lanes, m * k / kWarpLanes}, c{lanes, (m * k + k * n) / kWarpLanes};
  std::vector<T> result(m * n);
  for (unsigned row = 0; row < m; ++row) {
    for (unsigned column = 0; column < n; ++column) {
      T total = c.get(row * n + column);
      for (unsigned i = 0; i < k; ++i)
        total = add_product(a.get(a_by_columns ? i * m + row : row * k + i),
                            b.get(b_by_columns ? column * k + i : i * n + column), total);
      result[row * n + column] = total;
    }
  }
  Elements<T> to{lanes, 0};
  for (unsigned element = 0; element < m * n; ++element) {
    if (T *place = to.place(element))
      *place = result[element];
  }
}

} // namespace

void multiply_matrices(uint32_t shape, void *const *lanes) {
  switch (shape >> 24 & 15) {
  case 0:
    return multiply<float>(shape, lanes);
  case 1:
    return multiply<double>(shape, lanes);
  default:
    return multiply<uint32_t>(shape, lanes);
  }
}

} // namespace sampan
