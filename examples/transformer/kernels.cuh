// The kernels of a small transformer, each with its backward pass. No library, no warp operation,
// no atomic: every sum has one thread or one block that makes it, so a run can be repeated to the
// bit.
//
// Names: B sequences of T characters, a vector of C numbers for each; `rows` is B * T. A gradient
// has the name of its value with a d before it, and is always added to what is there.
#pragma once
#include <cmath>

#ifndef REAL
#define REAL float // with -DREAL=double the gradients can be checked to many digits
#endif
using Real = REAL;

constexpr int BlockSize = 128; // threads of the kernels that work on rows; a power of two

// The sum of `value` over the threads of a block of BlockSize; every thread gets it.
__device__ Real block_sum(Real value) {
  __shared__ Real part[BlockSize];
  part[threadIdx.x] = value;
  for (int half = BlockSize / 2; half > 0; half /= 2) {
    __syncthreads();
    if (threadIdx.x < half)
      part[threadIdx.x] += part[threadIdx.x + half];
  }
  __syncthreads();
  Real sum = part[0];
  __syncthreads(); // nobody writes to `part` again before all have read it
  return sum;
}

// ---- Embedding: x = token_table[character] + place_table[place in the sequence] ----------------

__global__ void embed(Real *x, const int *tokens, const Real *token_table, const Real *place_table,
                      int T, int C) {
  int row = blockIdx.x;
  for (int c = threadIdx.x; c < C; c += blockDim.x)
    x[row * C + c] = token_table[tokens[row] * C + c] + place_table[row % T * C + c];
}

// One block for each character of the alphabet: it looks for the rows where the character stands.
__global__ void embed_tokens_backward(Real *dtoken_table, const Real *dx, const int *tokens,
                                      int rows, int C) {
  for (int c = threadIdx.x; c < C; c += blockDim.x) {
    Real sum = 0;
    for (int row = 0; row < rows; ++row)
      if (tokens[row] == blockIdx.x)
        sum += dx[row * C + c];
    dtoken_table[blockIdx.x * C + c] += sum;
  }
}

// One block for each place.
__global__ void embed_places_backward(Real *dplace_table, const Real *dx, int B, int T, int C) {
  for (int c = threadIdx.x; c < C; c += blockDim.x) {
    Real sum = 0;
    for (int b = 0; b < B; ++b)
      sum += dx[(b * T + blockIdx.x) * C + c];
    dplace_table[blockIdx.x * C + c] += sum;
  }
}

// ---- Layer norm: out = (x - mean) / deviation * scale + shift, one block a row -----------------

__global__ void layer_norm(Real *out, Real *mean, Real *inverse, const Real *x, const Real *scale,
                           const Real *shift, int C) {
  const Real *in = x + blockIdx.x * C;
  Real sum = 0, squares = 0;
  for (int c = threadIdx.x; c < C; c += blockDim.x)
    sum += in[c];
  Real m = block_sum(sum) / C;
  for (int c = threadIdx.x; c < C; c += blockDim.x)
    squares += (in[c] - m) * (in[c] - m);
  Real r = 1 / sqrt(block_sum(squares) / C + Real(1e-5));
  for (int c = threadIdx.x; c < C; c += blockDim.x)
    out[blockIdx.x * C + c] = (in[c] - m) * r * scale[c] + shift[c];
  if (threadIdx.x == 0) {
    mean[blockIdx.x] = m;
    inverse[blockIdx.x] = r;
  }
}

__global__ void layer_norm_backward(Real *dx, const Real *dout, const Real *x, const Real *mean,
                                    const Real *inverse, const Real *scale, int C) {
  int start = blockIdx.x * C;
  Real m = mean[blockIdx.x], r = inverse[blockIdx.x], sum = 0, product = 0;
  for (int c = threadIdx.x; c < C; c += blockDim.x) {
    Real d = dout[start + c] * scale[c];
    sum += d;
    product += d * (x[start + c] - m) * r;
  }
  sum = block_sum(sum) / C;
  product = block_sum(product) / C;
  for (int c = threadIdx.x; c < C; c += blockDim.x) {
    Real normal = (x[start + c] - m) * r;
    dx[start + c] += (dout[start + c] * scale[c] - sum - normal * product) * r;
  }
}

// One thread for each of the C scales and shifts.
__global__ void layer_norm_backward_weights(Real *dscale, Real *dshift, const Real *dout,
                                            const Real *x, const Real *mean, const Real *inverse,
                                            int rows, int C) {
  int c = blockIdx.x * blockDim.x + threadIdx.x;
  if (c >= C)
    return;
  Real scale = 0, shift = 0;
  for (int row = 0; row < rows; ++row) {
    scale += dout[row * C + c] * (x[row * C + c] - mean[row]) * inverse[row];
    shift += dout[row * C + c];
  }
  dscale[c] += scale;
  dshift[c] += shift;
}

// ---- Matrix product: out[M][N] = a[M][K] * b[K][N], or with a or b transposed in memory --------
//
// A block of 32x8 threads makes a tile of 32x32, each thread four elements of a column, so that one
// number read from `bs` serves four multiplications.

constexpr int Tile = 32, TileRows = 8;
enum class Order { Normal, Transposed };

template <Order A, Order B, bool Add>
__global__ void multiply(Real *out, const Real *a, const Real *b, const Real *bias, int M, int N,
                         int K) {
  __shared__ Real as[Tile][Tile + 1], bs[Tile][Tile + 1];
  int top = blockIdx.y * Tile, left = blockIdx.x * Tile, x = threadIdx.x;
  Real sum[Tile / TileRows] = {};
  for (int start = 0; start < K; start += Tile) {
    for (int y = threadIdx.y; y < Tile; y += TileRows) {
      // Neighbouring threads read neighbouring numbers, whatever way the matrix lies in memory.
      if (A == Order::Normal)
        as[y][x] = top + y < M && start + x < K ? a[(top + y) * K + start + x] : Real(0);
      else
        as[x][y] = top + x < M && start + y < K ? a[(start + y) * M + top + x] : Real(0);
      if (B == Order::Normal)
        bs[y][x] = left + x < N && start + y < K ? b[(start + y) * N + left + x] : Real(0);
      else
        bs[x][y] = left + y < N && start + x < K ? b[(left + y) * K + start + x] : Real(0);
    }
    __syncthreads();
    for (int k = 0; k < Tile; ++k)
      for (int i = 0; i < Tile / TileRows; ++i)
        sum[i] += as[threadIdx.y + i * TileRows][k] * bs[k][x];
    __syncthreads();
  }
  for (int i = 0; i < Tile / TileRows; ++i) {
    int row = top + threadIdx.y + i * TileRows, column = left + x;
    if (row >= M || column >= N)
      continue;
    Real value = sum[i] + (bias ? bias[column] : Real(0));
    out[row * N + column] = Add ? out[row * N + column] + value : value;
  }
}

__global__ void bias_backward(Real *dbias, const Real *dout, int rows, int N) {
  int n = blockIdx.x * blockDim.x + threadIdx.x;
  if (n >= N)
    return;
  Real sum = 0;
  for (int row = 0; row < rows; ++row)
    sum += dout[row * N + n];
  dbias[n] += sum;
}

// ---- Causal attention -------------------------------------------------------------------------
//
// A row of `qkv` holds the queries, keys and values of all heads, C numbers of each. One block for
// each head of each sequence and one thread for each place: it compares its query with the keys up
// to its own place. The weights are never stored: with `total`, the logarithm of the sum of the
// exponentials, the backward pass makes them again.

constexpr int HeadSize = 16;
constexpr int MaxT = 128;

__device__ Real dot(const Real *a, const Real *b) {
  Real sum = 0;
  for (int i = 0; i < HeadSize; ++i)
    sum += a[i] * b[i];
  return sum;
}

__global__ void attention(Real *out, Real *total, const Real *qkv, int T, int C) {
  __shared__ Real keys[MaxT][HeadSize], values[MaxT][HeadSize];
  int t = threadIdx.x, head = blockIdx.x, b = blockIdx.y;
  const Real *mine = qkv + (b * T + t) * 3 * C + head * HeadSize;
  const Real scale = 1 / sqrt(Real(HeadSize));
  Real query[HeadSize], sum[HeadSize] = {};
  for (int i = 0; i < HeadSize; ++i) {
    query[i] = mine[i] * scale;
    keys[t][i] = mine[C + i];
    values[t][i] = mine[2 * C + i];
  }
  __syncthreads();
  // The exponentials are taken relative to the largest score so far; where it grows, what has been
  // summed is scaled down.
  Real largest = -INFINITY, weights = 0;
  for (int u = 0; u <= t; ++u) {
    Real score = dot(query, keys[u]);
    Real now = score > largest ? score : largest;
    Real shrink = exp(largest - now), weight = exp(score - now);
    weights = weights * shrink + weight;
    for (int i = 0; i < HeadSize; ++i)
      sum[i] = sum[i] * shrink + weight * values[u][i];
    largest = now;
  }
  for (int i = 0; i < HeadSize; ++i)
    out[(b * T + t) * C + head * HeadSize + i] = sum[i] / weights;
  total[(b * gridDim.x + head) * T + t] = largest + log(weights);
}

// Each thread first takes its place as a query and looks back, then as a key and looks forward.
// `saved` is `sum over u of weight * dweight` of each query, which is its dot(dout, out).
__global__ void attention_backward(Real *dqkv, const Real *dout, const Real *out, const Real *total,
                                   const Real *qkv, int T, int C) {
  __shared__ Real first[MaxT][HeadSize], second[MaxT][HeadSize], totals[MaxT], saved[MaxT];
  int t = threadIdx.x, head = blockIdx.x, b = blockIdx.y;
  const Real *mine = qkv + (b * T + t) * 3 * C + head * HeadSize;
  Real *dmine = dqkv + (b * T + t) * 3 * C + head * HeadSize;
  int place = (b * T + t) * C + head * HeadSize;
  const Real scale = 1 / sqrt(Real(HeadSize));
  Real query[HeadSize], key[HeadSize], value[HeadSize], d[HeadSize];
  for (int i = 0; i < HeadSize; ++i) {
    query[i] = mine[i] * scale;
    first[t][i] = key[i] = mine[C + i];
    second[t][i] = value[i] = mine[2 * C + i];
    d[i] = dout[place + i];
  }
  totals[t] = total[(b * gridDim.x + head) * T + t];
  saved[t] = dot(d, out + place);
  __syncthreads();

  Real dquery[HeadSize] = {};
  for (int u = 0; u <= t; ++u) {
    Real weight = exp(dot(query, first[u]) - totals[t]);
    Real dscore = weight * (dot(d, second[u]) - saved[t]);
    for (int i = 0; i < HeadSize; ++i)
      dquery[i] += dscore * first[u][i];
  }
  __syncthreads();
  for (int i = 0; i < HeadSize; ++i) { // now the queries and what came back to them are shared
    first[t][i] = query[i];
    second[t][i] = d[i];
  }
  __syncthreads();
  Real dkey[HeadSize] = {}, dvalue[HeadSize] = {};
  for (int u = t; u < T; ++u) {
    Real weight = exp(dot(first[u], key) - totals[u]);
    Real dscore = weight * (dot(second[u], value) - saved[u]);
    for (int i = 0; i < HeadSize; ++i) {
      dkey[i] += dscore * first[u][i];
      dvalue[i] += weight * second[u][i];
    }
  }
  for (int i = 0; i < HeadSize; ++i) {
    dmine[i] += dquery[i] * scale;
    dmine[C + i] += dkey[i];
    dmine[2 * C + i] += dvalue[i];
  }
}

// ---- Elementwise ------------------------------------------------------------------------------

__global__ void add(Real *out, const Real *a, const Real *b, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    out[i] = a[i] + b[i];
}

// GELU in the form with tanh: x / 2 * (1 + tanh(sqrt(2 / pi) * (x + 0.044715 x^3))).
constexpr Real GeluScale = Real(0.7978845608028654), GeluCube = Real(0.044715);

__global__ void gelu(Real *out, const Real *x, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i < n)
    out[i] = x[i] / 2 * (1 + tanh(GeluScale * (x[i] + GeluCube * x[i] * x[i] * x[i])));
}

__global__ void gelu_backward(Real *dx, const Real *dout, const Real *x, int n) {
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  Real h = tanh(GeluScale * (x[i] + GeluCube * x[i] * x[i] * x[i]));
  Real slope = GeluScale * (1 + 3 * GeluCube * x[i] * x[i]);
  dx[i] += dout[i] * ((1 + h) / 2 + x[i] / 2 * (1 - h * h) * slope);
}

// ---- Softmax and cross-entropy in one, one block a row -----------------------------------------
//
// `loss` of a row is -log(probability of the right character). Where there are no targets (the
// model is writing, not learning) only the probabilities are wanted. V is at most BlockSize.

__global__ void softmax_loss(Real *loss, Real *probabilities, Real *dlogits, const Real *logits,
                             const int *targets, int V) {
  __shared__ Real largest[BlockSize];
  int v = threadIdx.x, row = blockIdx.x;
  Real logit = v < V ? logits[row * V + v] : Real(-INFINITY);
  largest[v] = logit;
  for (int half = BlockSize / 2; half > 0; half /= 2) {
    __syncthreads();
    if (v < half && largest[v + half] > largest[v])
      largest[v] = largest[v + half];
  }
  __syncthreads();
  Real weight = exp(logit - largest[0]); // 0 for the threads beyond the alphabet
  Real sum = block_sum(weight);
  if (v >= V)
    return;
  Real probability = weight / sum;
  probabilities[row * V + v] = probability;
  if (!targets)
    return;
  bool right = targets[row] == v;
  dlogits[row * V + v] = (probability - (right ? 1 : 0)) / gridDim.x;
  if (right)
    loss[row] = log(sum) + largest[0] - logit;
}

// ---- AdamW (Loshchilov and Hutter, 2019) -------------------------------------------------------
//
// `rate` is the step's learning rate; `fix1` and `fix2` are 1 - beta^step, which undo that the
// averages began with zero.

__global__ void adamw(Real *value, Real *gradient, Real *average, Real *squares, int n, Real rate,
                      Real fix1, Real fix2) {
  const Real beta1 = Real(0.9), beta2 = Real(0.99), decay = Real(0.01);
  int i = blockIdx.x * blockDim.x + threadIdx.x;
  if (i >= n)
    return;
  Real g = gradient[i];
  Real m = average[i] = beta1 * average[i] + (1 - beta1) * g;
  Real s = squares[i] = beta2 * squares[i] + (1 - beta2) * g * g;
  value[i] -= rate * (m / fix1 / (sqrt(s / fix2) + Real(1e-8)) + decay * value[i]);
  gradient[i] = 0;
}
