// A transformer learns a text character by character, and then writes one of its own.
//
//     sampan run examples/transformer/transformer.cu                          (a minute on two
//     cores) sampan run examples/transformer/transformer.cu -- FILE.txt 500 600      (text, steps,
//     characters to write) sampan run -DREAL=double examples/transformer/transformer.cu -- check
//     (are the gradients right?)
//
// kernels.cuh holds the CUDA kernels, model.cuh puts them together.
#include "model.cuh"
#include <algorithm>
#include <chrono>
#include <cstring>
#include <fstream>
#include <iterator>
#include <random>
#include <string>

// The text as numbers: 0 for the smallest character that occurs in it, and so on.
struct Text {
  std::vector<int> tokens;
  std::string alphabet;

  explicit Text(const std::string &text) : alphabet(text) {
    std::sort(alphabet.begin(), alphabet.end());
    alphabet.erase(std::unique(alphabet.begin(), alphabet.end()), alphabet.end());
    for (char c : text)
      tokens.push_back(int(alphabet.find(c)));
  }
};

// Random parameters. `spread` makes the constants random too: a check needs numbers that matter.
static void initialise(Model &model, std::mt19937 &random, Real spread) {
  std::vector<Real> all(model.parameter_count());
  std::normal_distribution<double> normal;
  for (const Tensor &t : model.p.tensors)
    for (size_t i = 0; i < t.count; ++i)
      all[t.start + i] = t.constant + Real(normal(random)) * std::max(t.deviation, spread);
  check(cudaMemcpy(model.parameter_memory.memory, all.data(), all.size() * sizeof(Real),
                   cudaMemcpyHostToDevice));
}

// B pieces of the text, and the same pieces one character later.
static void draw_batch(Model &model, const Text &text, std::mt19937 &random) {
  int T = model.shape.T;
  for (int b = 0; b < model.B; ++b) {
    size_t start = random() % (text.tokens.size() - T);
    const int *piece = text.tokens.data() + start;
    check(cudaMemcpy(model.tokens + b * T, piece, sizeof(int) * T, cudaMemcpyHostToDevice));
    check(cudaMemcpy(model.targets + b * T, piece + 1, sizeof(int) * T, cudaMemcpyHostToDevice));
  }
}

static bool train(Model &model, const Text &text, int steps, std::mt19937 &random) {
  size_t count = model.parameter_count();
  Real *average, *squares;
  check(cudaMalloc(&average, count * sizeof(Real)));
  check(cudaMalloc(&squares, count * sizeof(Real)));
  check(cudaMemset(average, 0, count * sizeof(Real)));
  check(cudaMemset(squares, 0, count * sizeof(Real)));
  auto begin = std::chrono::steady_clock::now();
  Real first = 0, recent = 0; // the loss of step 1; and a running mean
  for (int step = 1; step <= steps; ++step) {
    draw_batch(model, text, random);
    model.forward(true);
    model.backward();
    // The learning rate rises for some steps and then falls along half a cosine.
    Real warm = std::min(Real(1), Real(step) / 20);
    Real rate = Real(1e-2) * warm * Real(0.55 + 0.45 * std::cos(3.14159265 * step / steps));
    adamw<<<blocks(int(count)), BlockSize>>>(
        model.parameter_memory.memory, model.gradient_memory.memory, average, squares, int(count),
        rate, Real(1 - std::pow(0.9, step)), Real(1 - std::pow(0.99, step)));
    check(cudaGetLastError());
    Real loss = model.loss();
    if (step == 1)
      first = recent = loss;
    recent += (loss - recent) / 10;
    if (step == 1 || step % 25 == 0 || step == steps) {
      std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
      std::printf("step %4d  loss %.3f  %6.1f s\n", step, double(loss), passed.count());
      std::fflush(stdout);
    }
  }
  check(cudaFree(average));
  check(cudaFree(squares));
  return steps < 20 || recent < first * Real(0.9);
}

// Writes `length` characters after `start`, each drawn from what the model holds to be likely.
static void write_text(const Model &trained, const Text &text, std::string start, int length,
                       std::mt19937 &random) {
  Model model(trained.shape, 1);
  check(cudaMemcpy(model.parameter_memory.memory, trained.parameter_memory.memory,
                   model.parameter_count() * sizeof(Real), cudaMemcpyDeviceToDevice));
  int T = model.shape.T, V = model.shape.V;
  std::vector<int> written = Text(text.alphabet + start).tokens; // numbers as in `text`
  written.erase(written.begin(), written.begin() + V);
  std::vector<Real> likely(V);
  std::printf("%s", start.c_str());
  for (int i = 0; i < length; ++i) {
    int seen = std::min(T, int(written.size()));
    check(cudaMemcpy(model.tokens, &written[written.size() - seen], sizeof(int) * seen,
                     cudaMemcpyHostToDevice));
    model.forward(false);
    check(cudaMemcpy(likely.data(), model.v.probabilities + (seen - 1) * V, sizeof(Real) * V,
                     cudaMemcpyDeviceToHost));
    for (Real &one : likely) // a little bolder in what is likely: temperature 0.8
      one = std::pow(one, Real(1 / 0.8));
    int next = std::discrete_distribution<int>(likely.begin(), likely.end())(random);
    written.push_back(next);
    std::putchar(text.alphabet[next]);
    std::fflush(stdout);
  }
  std::printf("\n");
}

// Compares the gradient of some parameters of every array with the slope of the loss.
static bool check_gradients(const Text &text, std::mt19937 &random) {
  Model model({int(text.alphabet.size()), 8, 32, 2, 2}, 2);
  initialise(model, random, Real(0.1));
  draw_batch(model, text, random);
  model.forward(true);
  model.backward();
  const Real step = sizeof(Real) == 8 ? Real(1e-5) : Real(2e-2);
  const Real allowed = sizeof(Real) == 8 ? Real(1e-6) : Real(2e-2);
  int wrong = 0, compared = 0;
  for (const Tensor &t : model.p.tensors)
    for (int sample = 0; sample < 6; ++sample, ++compared) {
      size_t at = t.start + random() % t.count;
      Real *place = model.parameter_memory.memory + at, before, gradient, loss[2];
      check(cudaMemcpy(&before, place, sizeof(Real), cudaMemcpyDeviceToHost));
      check(cudaMemcpy(&gradient, model.gradient_memory.memory + at, sizeof(Real),
                       cudaMemcpyDeviceToHost));
      for (int side = 0; side < 2; ++side) {
        Real there = before + (side ? step : -step);
        check(cudaMemcpy(place, &there, sizeof(Real), cudaMemcpyHostToDevice));
        model.forward(true);
        loss[side] = model.loss();
      }
      check(cudaMemcpy(place, &before, sizeof(Real), cudaMemcpyHostToDevice));
      Real slope = (loss[1] - loss[0]) / (2 * step);
      if (std::fabs(slope - gradient) > allowed * std::max(std::fabs(slope), Real(0.05))) {
        std::printf("%s[%zu]: gradient %.8g, slope of the loss %.8g\n", t.name, at - t.start,
                    double(gradient), double(slope));
        ++wrong;
      }
    }
  std::printf("%d gradients compared, %d wrong\n", compared, wrong);
  return wrong == 0;
}

int main(int argc, char **argv) {
  std::mt19937 random(1);
  const char *name = argc > 1 ? argv[1] : "examples/transformer/river.txt";
  if (std::strcmp(name, "check") == 0)
    return check_gradients(Text("the quick brown fox jumps over the lazy dog"), random) ? 0 : 1;
  int steps = argc > 2 ? std::atoi(argv[2]) : 800;
  int length = argc > 3 ? std::atoi(argv[3]) : 600;
  std::ifstream file(name, std::ios::binary);
  std::string content((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  Text text(content);
  const Shape shape{int(text.alphabet.size()), 64, 64, 4, 2};
  if (!file || content.size() < 1000 || shape.V > BlockSize || steps < 1) {
    std::fprintf(stderr,
                 "usage: transformer [TEXT [STEPS [LENGTH]]]\n"
                 "%s must be a text of at least 1000 characters, with at most %d different ones\n",
                 name, BlockSize);
    return 2;
  }
  Model model(shape, 16);
  initialise(model, random, 0);
  std::printf("%s: %zu characters, %d different ones; %zu parameters\n", name, content.size(),
              shape.V, model.parameter_count());
  bool learnt = train(model, text, steps, random);
  std::printf("\n");
  write_text(model, text, content.substr(0, 16), length, random);
  return learnt ? 0 : 1;
}
