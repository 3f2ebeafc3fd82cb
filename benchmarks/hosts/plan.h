// What a host program of the suite shall run: the text that benchmarks/suite.py writes.
//
//   buffer BYTES FILE       initial content, in order; a buffer is named by its position
//   restore BUFFER          is given its initial content again before each launch
//   output BUFFER FILE      is written there when standard input ends
//   launch KERNEL GX GY GZ BX BY BZ ARGUMENT...
//   call ARGUMENT...        of the OpenMP function
//
// An argument is b:BUFFER, i:INTEGER (32 bits) or f:FLOAT. For each line "UNTIMED TIMED" on
// standard input all launches run that often, and the times of the timed ones, in milliseconds, are
// printed as a JSON array.
#pragma once
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

namespace bench {

// The value of an argument, at the start of 8 bytes as every ABI here passes it.
union Slot {
  void *pointer;
  int32_t integer;
  float real;
};

struct Launch {
  std::string kernel;
  unsigned grid[3], block[3];
  std::vector<std::string> arguments;
};

struct Plan {
  std::vector<std::vector<char>> initial;
  std::vector<int> restored;
  std::vector<std::pair<int, std::string>> outputs;
  std::vector<Launch> launches;
  std::vector<std::string> call;
};

[[noreturn]] inline void fail(const std::string &what) {
  fprintf(stderr, "%s\n", what.c_str());
  exit(1);
}

inline std::vector<char> read_file(const std::string &name, size_t bytes) {
  std::vector<char> content(bytes);
  std::ifstream file(name, std::ios::binary);
  if (!file.read(content.data(), bytes))
    fail("cannot read " + name);
  return content;
}

inline Plan read_plan(const char *name) {
  Plan plan;
  std::ifstream file(name);
  if (!file)
    fail(std::string("cannot read ") + name);
  std::string line, word;
  while (std::getline(file, line)) {
    std::istringstream words(line);
    words >> word;
    if (word == "buffer") {
      size_t bytes = 0;
      words >> bytes >> word;
      plan.initial.push_back(read_file(word, bytes));
    } else if (word == "restore") {
      plan.restored.push_back(0);
      words >> plan.restored.back();
    } else if (word == "output") {
      plan.outputs.emplace_back();
      words >> plan.outputs.back().first >> plan.outputs.back().second;
    } else if (word == "launch") {
      Launch launch;
      words >> launch.kernel;
      for (unsigned &size : launch.grid)
        words >> size;
      for (unsigned &size : launch.block)
        words >> size;
      while (words >> word)
        launch.arguments.push_back(word);
      plan.launches.push_back(launch);
    } else if (word == "call") {
      while (words >> word)
        plan.call.push_back(word);
    } else {
      fail("unknown line in the plan: " + line);
    }
  }
  return plan;
}

inline Slot slot(const std::string &argument, const std::vector<void *> &buffers) {
  Slot slot{};
  const char *value = argument.c_str() + 2;
  if (argument[0] == 'b')
    slot.pointer = buffers[atoi(value)];
  else if (argument[0] == 'i')
    slot.integer = atoi(value);
  else
    slot.real = strtof(value, nullptr);
  return slot;
}

// Serves standard input. `restore()` gives buffers their content again, `timed()` runs all launches
// and returns milliseconds, `read(buffer, memory)` fetches a result.
template <class Restore, class Timed, class Read>
void serve(const Plan &plan, Restore restore, Timed timed, Read read) {
  puts("ready");
  fflush(stdout);
  char line[64];
  while (fgets(line, sizeof line, stdin)) {
    int untimed = 0, count = 0;
    sscanf(line, "%d %d", &untimed, &count);
    std::string times;
    for (int i = 0; i < untimed + count; ++i) {
      restore();
      double milliseconds = timed();
      if (i < untimed)
        continue;
      times += (times.empty() ? "" : ", ") + std::to_string(milliseconds);
    }
    printf("[%s]\n", times.c_str());
    fflush(stdout);
  }
  for (auto &[buffer, name] : plan.outputs) {
    std::vector<char> content(plan.initial[buffer].size());
    read(buffer, content.data());
    std::ofstream(name, std::ios::binary).write(content.data(), content.size());
  }
}

} // namespace bench
