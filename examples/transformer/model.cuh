// A transformer in the manner of GPT-2: its numbers, the way forward to the loss, and the way back
// to the gradient of every parameter.
#pragma once
#include "kernels.cuh"
#include <cstdio>
#include <cstdlib>
#include <vector>

struct Shape {
  int V, T, C, heads, layers; // alphabet, longest sequence, width, heads of attention, layers
};

inline void check(cudaError_t error) {
  if (error == cudaSuccess)
    return;
  std::fprintf(stderr, "CUDA error: %s\n", cudaGetErrorString(error));
  std::exit(1);
}

inline int blocks(int threads) { return (threads + BlockSize - 1) / BlockSize; }

// Hands out parts of one allocation. Without memory it only counts: the first of two rounds.
struct Arena {
  Real *memory = nullptr;
  size_t used = 0;
  Real *take(size_t count) {
    used += count;
    return memory ? memory + used - count : nullptr;
  }
};

// One array of parameters, and what it holds before training: a constant, or normal random numbers.
struct Tensor {
  const char *name;
  size_t start, count;
  Real constant, deviation;
};

struct LayerParameters {
  Real *scale1, *shift1, *qkv, *qkv_bias, *projection, *projection_bias;
  Real *scale2, *shift2, *up, *up_bias, *down, *down_bias;
};

struct Parameters {
  Real *tokens, *places, *scale, *shift, *head;
  std::vector<LayerParameters> layers;
  std::vector<Tensor> tensors;

  Parameters(const Shape &s, Arena &arena) {
    auto take = [&](const char *name, size_t count, Real constant, Real deviation) {
      tensors.push_back({name, arena.used, count, constant, deviation});
      return arena.take(count);
    };
    auto weights = [&](const char *n, int count, Real d) { return take(n, count, 0, d); };
    auto constants = [&](const char *n, int count, Real c) { return take(n, count, c, 0); };
    int C = s.C;
    Real small = std::sqrt(Real(1) / C), residual = small / std::sqrt(Real(2 * s.layers));
    tokens = weights("tokens", s.V * C, small);
    places = weights("places", s.T * C, small);
    for (int i = 0; i < s.layers; ++i) {
      LayerParameters l;
      l.scale1 = constants("scale1", C, 1);
      l.shift1 = constants("shift1", C, 0);
      l.qkv = weights("qkv", C * 3 * C, small);
      l.qkv_bias = constants("qkv_bias", 3 * C, 0);
      l.projection = weights("projection", C * C, residual);
      l.projection_bias = constants("projection_bias", C, 0);
      l.scale2 = constants("scale2", C, 1);
      l.shift2 = constants("shift2", C, 0);
      l.up = weights("up", C * 4 * C, small);
      l.up_bias = constants("up_bias", 4 * C, 0);
      l.down = weights("down", 4 * C * C, residual / 2);
      l.down_bias = constants("down_bias", C, 0);
      layers.push_back(l);
    }
    scale = constants("scale", C, 1);
    shift = constants("shift", C, 0);
    head = weights("head", C * s.V, small);
  }
};

// What a layer computes from `x`, the vectors that reach it. A second one holds the gradients.
struct LayerValues {
  Real *normal1, *mean1, *inverse1, *qkv, *attended, *total, *projected, *middle;
  Real *normal2, *mean2, *inverse2, *raised, *bent, *lowered, *x_next;
};

struct Values {
  Real *embedded, *normal, *mean, *inverse, *logits, *probabilities, *loss;
  std::vector<LayerValues> layers;

  Values(const Shape &s, int B, Arena &arena) {
    size_t rows = size_t(B) * s.T, C = s.C;
    embedded = arena.take(rows * C);
    for (int i = 0; i < s.layers; ++i) {
      LayerValues v;
      for (Real **p :
           {&v.normal1, &v.attended, &v.projected, &v.middle, &v.normal2, &v.lowered, &v.x_next})
        *p = arena.take(rows * C);
      for (Real **p : {&v.mean1, &v.inverse1, &v.mean2, &v.inverse2})
        *p = arena.take(rows);
      v.total = arena.take(rows * s.heads);
      v.qkv = arena.take(rows * 3 * C);
      v.raised = arena.take(rows * 4 * C);
      v.bent = arena.take(rows * 4 * C);
      layers.push_back(v);
    }
    normal = arena.take(rows * C);
    mean = arena.take(rows);
    inverse = arena.take(rows);
    logits = arena.take(rows * s.V);
    probabilities = arena.take(rows * s.V);
    loss = arena.take(rows);
  }
};

class Model {
public:
  const Shape shape;
  const int B;
  Arena parameter_memory, gradient_memory, value_memory, dvalue_memory;
  Parameters p, d;
  Values v, dv;
  int *tokens, *targets; // B * T each

  Model(const Shape &s, int B)
      : shape(s), B(B), p(parameters(s, parameter_memory)), d(parameters(s, gradient_memory)),
        v(values(value_memory)), dv(values(dvalue_memory)) {
    check(cudaMalloc(&tokens, sizeof(int) * rows()));
    check(cudaMalloc(&targets, sizeof(int) * rows()));
    check(cudaMemset(tokens, 0, sizeof(int) * rows()));
  }
  ~Model() {
    for (Arena *arena : {&parameter_memory, &gradient_memory, &value_memory, &dvalue_memory})
      cudaFree(arena->memory);
    cudaFree(tokens);
    cudaFree(targets);
  }
  Model(const Model &) = delete;

  int rows() const { return B * shape.T; }
  size_t parameter_count() const { return parameter_memory.used; }

  // From `tokens` to `v.probabilities`, and with `learn` on to `v.loss` and `dv.logits`.
  void forward(bool learn) {
    int T = shape.T, C = shape.C, V = shape.V;
    embed<<<rows(), BlockSize>>>(v.embedded, tokens, p.tokens, p.places, T, C);
    Real *x = v.embedded;
    for (int i = 0; i < shape.layers; ++i) {
      const LayerParameters &w = p.layers[i];
      const LayerValues &l = v.layers[i];
      layer_norm<<<rows(), BlockSize>>>(l.normal1, l.mean1, l.inverse1, x, w.scale1, w.shift1, C);
      linear(l.qkv, l.normal1, w.qkv, w.qkv_bias, C, 3 * C);
      attention<<<dim3(shape.heads, B), T>>>(l.attended, l.total, l.qkv, T, C);
      linear(l.projected, l.attended, w.projection, w.projection_bias, C, C);
      add<<<blocks(rows() * C), BlockSize>>>(l.middle, x, l.projected, rows() * C);
      layer_norm<<<rows(), BlockSize>>>(l.normal2, l.mean2, l.inverse2, l.middle, w.scale2,
                                        w.shift2, C);
      linear(l.raised, l.normal2, w.up, w.up_bias, C, 4 * C);
      gelu<<<blocks(rows() * 4 * C), BlockSize>>>(l.bent, l.raised, rows() * 4 * C);
      linear(l.lowered, l.bent, w.down, w.down_bias, 4 * C, C);
      add<<<blocks(rows() * C), BlockSize>>>(l.x_next, l.middle, l.lowered, rows() * C);
      x = l.x_next;
    }
    layer_norm<<<rows(), BlockSize>>>(v.normal, v.mean, v.inverse, x, p.scale, p.shift, C);
    linear(v.logits, v.normal, p.head, nullptr, C, V);
    softmax_loss<<<rows(), BlockSize>>>(v.loss, v.probabilities, dv.logits, v.logits,
                                        learn ? targets : nullptr, V);
    check(cudaGetLastError());
  }

  // After forward(true): adds the gradient of the mean loss to `d`.
  void backward() {
    int T = shape.T, C = shape.C, V = shape.V, R = rows();
    size_t logits = dv.logits - dvalue_memory.memory, after = logits + size_t(R) * V;
    check(cudaMemsetAsync(dvalue_memory.memory, 0, logits * sizeof(Real)));
    check(cudaMemsetAsync(dvalue_memory.memory + after, 0,
                          (dvalue_memory.used - after) * sizeof(Real)));
    auto last = [&](Values &values, int i) {
      return i < 0 ? values.embedded : values.layers[i].x_next;
    };
    Real *x = last(v, shape.layers - 1), *dx = last(dv, shape.layers - 1);
    linear_backward(dv.normal, d.head, nullptr, dv.logits, v.normal, p.head, C, V);
    norm_backward(dx, d.scale, d.shift, dv.normal, x, v.mean, v.inverse, p.scale);
    for (int i = shape.layers - 1; i >= 0; --i) {
      const LayerParameters &w = p.layers[i], &dw = d.layers[i];
      const LayerValues &l = v.layers[i], &dl = dv.layers[i];
      Real *dnext = dx; // the gradient of both terms of x_next = middle + lowered
      x = last(v, i - 1);
      dx = last(dv, i - 1);
      linear_backward(dl.bent, dw.down, dw.down_bias, dnext, l.bent, w.down, 4 * C, C);
      gelu_backward<<<blocks(R * 4 * C), BlockSize>>>(dl.raised, dl.bent, l.raised, R * 4 * C);
      linear_backward(dl.normal2, dw.up, dw.up_bias, dl.raised, l.normal2, w.up, C, 4 * C);
      add<<<blocks(R * C), BlockSize>>>(dl.middle, dl.middle, dnext, R * C);
      norm_backward(dl.middle, dw.scale2, dw.shift2, dl.normal2, l.middle, l.mean2, l.inverse2,
                    w.scale2);
      linear_backward(dl.attended, dw.projection, dw.projection_bias, dl.middle, l.attended,
                      w.projection, C, C);
      attention_backward<<<dim3(shape.heads, B), T>>>(dl.qkv, dl.attended, l.attended, l.total,
                                                      l.qkv, T, C);
      linear_backward(dl.normal1, dw.qkv, dw.qkv_bias, dl.qkv, l.normal1, w.qkv, C, 3 * C);
      add<<<blocks(R * C), BlockSize>>>(dx, dx, dl.middle, R * C);
      norm_backward(dx, dw.scale1, dw.shift1, dl.normal1, x, l.mean1, l.inverse1, w.scale1);
    }
    embed_tokens_backward<<<V, BlockSize>>>(d.tokens, dx, tokens, R, C);
    embed_places_backward<<<T, BlockSize>>>(d.places, dx, B, T, C);
    check(cudaGetLastError());
  }

  // The mean of the loss over all places of the last forward(true).
  Real loss() const {
    std::vector<Real> all(rows());
    check(cudaMemcpy(all.data(), v.loss, sizeof(Real) * rows(), cudaMemcpyDeviceToHost));
    double sum = 0;
    for (Real one : all)
      sum += one;
    return Real(sum / rows());
  }

private:
  static void allocate(Arena &arena) {
    check(cudaMalloc(&arena.memory, arena.used * sizeof(Real)));
    check(cudaMemset(arena.memory, 0, arena.used * sizeof(Real)));
    arena.used = 0;
  }
  static Parameters parameters(const Shape &s, Arena &arena) {
    Parameters(s, arena);
    allocate(arena);
    return Parameters(s, arena);
  }
  Values values(Arena &arena) const {
    Values(shape, B, arena);
    allocate(arena);
    return Values(shape, B, arena);
  }

  template <Order A, Order O, bool Add>
  static void product(Real *out, const Real *a, const Real *b, const Real *bias, int M, int N,
                      int K) {
    dim3 grid((N + Tile - 1) / Tile, (M + Tile - 1) / Tile), block(Tile, TileRows);
    multiply<A, O, Add><<<grid, block>>>(out, a, b, bias, M, N, K);
  }
  // out[rows][to] = x[rows][from] * weights[from][to] + bias[to]
  void linear(Real *out, const Real *x, const Real *weights, const Real *bias, int from, int to) {
    product<Order::Normal, Order::Normal, false>(out, x, weights, bias, rows(), to, from);
  }
  void linear_backward(Real *dx, Real *dweights, Real *dbias, const Real *dout, const Real *x,
                       const Real *weights, int from, int to) {
    product<Order::Normal, Order::Transposed, true>(dx, dout, weights, nullptr, rows(), from, to);
    product<Order::Transposed, Order::Normal, true>(dweights, x, dout, nullptr, from, to, rows());
    if (dbias)
      bias_backward<<<blocks(to), BlockSize>>>(dbias, dout, rows(), to);
  }
  void norm_backward(Real *dx, Real *dscale, Real *dshift, const Real *dout, const Real *x,
                     const Real *mean, const Real *inverse, const Real *scale) {
    layer_norm_backward<<<rows(), BlockSize>>>(dx, dout, x, mean, inverse, scale, shape.C);
    layer_norm_backward_weights<<<blocks(shape.C), BlockSize>>>(dscale, dshift, dout, x, mean,
                                                                inverse, rows(), shape.C);
  }
};
