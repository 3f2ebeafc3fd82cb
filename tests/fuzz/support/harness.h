// After the kernels: inputs, launch and output of one case. Inputs are those of tests/fuzz/inputs.py.
struct Buffers {
  int *in;
  float *fin;
  int *out;
  float *fout;
  int *mem;
  unsigned char *bytes;
  int *counters;
  unsigned long long *wide;
  float *floats;
};

static unsigned input_state;
static unsigned input_next() { return input_state = input_state * 1664525u + 1013904223u; }
static int input_int() {
  unsigned x = input_next();
  switch (x >> 30) {
  case 0: return (int)(x >> 8 & 15);
  case 1: return (int)(x >> 8 & 1023) - 512;
  case 2: return (int)(x * 2654435761u);
  default: return (x >> 8 & 3) == 0 ? (int)0x80000000u : (x >> 8 & 3) == 1 ? -1 : 0;
  }
}
static float input_float() {
  unsigned x = input_next();
  unsigned bits;
  float value;
  switch (x >> 28) {
  case 0: bits = 0x80000000u; break;
  case 1: bits = (x >> 8 & 1) ? 0x7f800000u : 0x7fc00000u; break;
  case 2: bits = x >> 8 & 0xffff; break;
  case 3: bits = x * 2654435761u & 0xbfffffffu; break;
  default: return (float)(int)(x >> 8 & 0xffff) / 256.0f - 100.0f;
  }
  memcpy(&value, &bits, 4);
  return value;
}

// Not a template: compiling it once a kernel would take most of the time.
static void run_case(FILE *file, FILE *features, unsigned number, unsigned seed, unsigned threads,
                     unsigned sites, const std::function<void(Buffers, Settings)> &launch) {
  input_state = seed;
  std::vector<int> in(1024), out(threads * 8, 0), mem(threads * 16), counters(144);
  std::vector<float> fin(1024), fout(threads * 4, 0.0f), floats(16, 0.0f);
  std::vector<unsigned char> bytes(threads * 16);
  std::vector<unsigned long long> wide(32);
  for (int &x : in) x = input_int();
  for (float &x : fin) x = input_float();
  for (int &x : mem) x = input_int();
  for (unsigned char &x : bytes) x = (unsigned char)(input_next() >> 16);
  for (int &x : counters) x = input_int();
  for (unsigned long long &x : wide) x = input_next();
  counters[128] = counters[129] = 0;
  begin_case(number, sites);
  Buffers b;
  b.in = (int *)to_device(in.data(), 4096);
  b.fin = (float *)to_device(fin.data(), 4096);
  b.out = (int *)to_device(out.data(), out.size() * 4);
  b.fout = (float *)to_device(fout.data(), fout.size() * 4);
  b.mem = (int *)to_device(mem.data(), mem.size() * 4);
  b.bytes = (unsigned char *)to_device(bytes.data(), bytes.size());
  b.counters = (int *)to_device(counters.data(), counters.size() * 4);
  b.wide = (unsigned long long *)to_device(wide.data(), wide.size() * 8);
  b.floats = (float *)to_device(floats.data(), floats.size() * 4);
  Settings settings = {(int)(seed & 63), 1.5f, {1, -2, 3, -4}};
  launch(b, settings);
  unsigned error = finish();
  to_host(in.data(), b.in, 4096);
  to_host(fin.data(), b.fin, 4096);
  to_host(out.data(), b.out, out.size() * 4);
  to_host(fout.data(), b.fout, fout.size() * 4);
  to_host(mem.data(), b.mem, mem.size() * 4);
  to_host(bytes.data(), b.bytes, bytes.size());
  to_host(counters.data(), b.counters, counters.size() * 4);
  to_host(wide.data(), b.wide, wide.size() * 8);
  to_host(floats.data(), b.floats, floats.size() * 4);
  end_case(features);
  for (float &x : fout) // which NaN is not part of the contract
    if (x != x) {
      unsigned quiet = 0x7fc00000u;
      memcpy(&x, &quiet, 4);
    }
  auto total = (out.size() + fout.size() + mem.size() + counters.size() + floats.size()) * 4 +
               bytes.size() + wide.size() * 8;
  unsigned header[3] = {number, error, (unsigned)total};
  fwrite(header, 4, 3, file);
  fwrite(out.data(), 4, out.size(), file);
  fwrite(fout.data(), 4, fout.size(), file);
  fwrite(mem.data(), 4, mem.size(), file);
  fwrite(bytes.data(), 1, bytes.size(), file);
  fwrite(counters.data(), 4, counters.size(), file);
  fwrite(wide.data(), 8, wide.size(), file);
  fwrite(floats.data(), 4, floats.size(), file);
  fflush(file);
}
