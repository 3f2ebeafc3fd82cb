// vprintf for kernels: CUDA's buffer of arguments, the C library's formatting.

#include "device_printf.h"

#include <atomic>
#include <cstdio>
#include <cstring>
#include <mutex>
#include <string>

#include "api.h"
#include "device_settings.h"
#include "sampan_abi.h"
#include "worker.h"

namespace sampan {
namespace {

struct Output {
  std::mutex mutex;
  std::string text;
  std::atomic<bool> waiting{false};
};

Output &output() {
  static Output &output = *new Output;
  return output;
}

void write_out(std::string &text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fflush(stdout);
  text.clear();
}

void append(const char *text, size_t size) {
  Worker::Shield shield;
  Output &out = output();
  std::lock_guard<std::mutex> lock(out.mutex);
  out.text.append(text, size);
  // A GPU would overwrite the oldest output when its buffer is full; there is no need to lose any.
  if (out.text.size() > printf_buffer_limit())
    write_out(out.text);
  out.waiting.store(!out.text.empty(), std::memory_order_release);
}

// What is printed last is written at the very end: what is constructed first goes last.
struct AtExit {
  ~AtExit() { flush_device_output(); }
};
__attribute__((init_priority(101))) AtExit at_exit;

// A piece of output that is as long as it needs to be. It lives in a kernel that a fault may leave
// without destructors, so it owns memory only where a line is very long.
class Line {
public:
  ~Line() { delete[] heap_; }

  template <typename... Values> bool format(const char *specification, Values... values) {
    for (;;) {
      int needed = std::snprintf(text() + size_, capacity_ - size_, specification, values...);
      if (needed < 0)
        return false;
      if (static_cast<size_t>(needed) < capacity_ - size_) {
        size_ += needed;
        return true;
      }
      grow(size_ + needed + 1);
    }
  }
  void add(const char *from, size_t bytes) {
    if (size_ + bytes > capacity_)
      grow(size_ + bytes);
    std::memcpy(text() + size_, from, bytes);
    size_ += bytes;
  }
  char *text() { return heap_ ? heap_ : stack_; }
  size_t size() const { return size_; }

private:
  void grow(size_t least) {
    Worker::Shield shield;
    size_t capacity = least * 2;
    char *larger = new char[capacity];
    std::memcpy(larger, text(), size_);
    delete[] heap_;
    heap_ = larger;
    capacity_ = capacity;
  }

  char stack_[1024];
  char *heap_ = nullptr;
  size_t capacity_ = sizeof stack_;
  size_t size_ = 0;
};

// Reads arguments as CUDA packs them: each at its natural alignment.
class Arguments {
public:
  explicit Arguments(const void *buffer) : at_(static_cast<const char *>(buffer)) {}

  template <typename T> T next() {
    offset_ = (offset_ + alignof(T) - 1) & ~(alignof(T) - 1);
    T value;
    std::memcpy(&value, at_ + offset_, sizeof value);
    offset_ += sizeof value;
    ++count_;
    return value;
  }
  int count() const { return count_; }

private:
  const char *at_;
  size_t offset_ = 0;
  int count_ = 0;
};

// One conversion of a format: `%`, flags, width, precision, length, letter.
struct Conversion {
  char text[64]; // with its `*` replaced by numbers
  int longs = 0; // h and hh do not matter: such arguments arrive as int
  char letter = 0;
};

// Returns the first character after the conversion, null if it is not one.
const char *parse(const char *at, Arguments &arguments, Conversion &conversion) {
  char *out = conversion.text;
  char *end = out + sizeof conversion.text - 4;
  *out++ = *at++;
  for (; *at && std::strchr("-+ #0123456789.*hljzt", *at); ++at) {
    if (out >= end - 12)
      return nullptr;
    if (*at == '*') {
      out += std::snprintf(out, end - out, "%d", arguments.next<int>());
    } else {
      *out++ = *at;
      if (std::strchr("ljzt", *at))
        ++conversion.longs;
    }
  }
  conversion.letter = *at;
  if (!*at || !std::strchr("diouxXcsfFeEgGaAp", *at))
    return nullptr;
  *out++ = *at++;
  *out = 0;
  return at;
}

bool convert(const Conversion &conversion, Arguments &arguments, Line &line) {
  const char *text = conversion.text;
  switch (conversion.letter) {
  case 'd':
  case 'i':
  case 'o':
  case 'u':
  case 'x':
  case 'X':
    return conversion.longs ? line.format(text, arguments.next<long long>())
                            : line.format(text, arguments.next<int>());
  case 'c':
    return line.format(text, arguments.next<int>());
  case 's': {
    auto string = arguments.next<const char *>();
    return line.format(text, string ? string : "(null)");
  }
  case 'p':
    return line.format(text, arguments.next<const void *>());
  default:
    return line.format(text, arguments.next<double>());
  }
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

int format(const char *format, const void *packed, Line &line) {
  Arguments arguments(packed);
  while (*format) {
    const char *plain = format + std::strcspn(format, "%");
    line.add(format, plain - format);
    format = plain;
    if (!*format)
      break;
    if (format[1] == '%') {
      line.add("%", 1);
      format += 2;
      continue;
    }
    Conversion conversion;
    const char *after = parse(format, arguments, conversion);
    if (!after) { // not a conversion that CUDA has: shown as it is
      line.add(format++, 1);
      continue;
    }
    if (!convert(conversion, arguments, line))
      return -2;
    format = after;
  }
  return arguments.count();
}

#pragma GCC diagnostic pop

} // namespace

void flush_device_output() {
  Output &out = output();
  if (!out.waiting.load(std::memory_order_acquire))
    return;
  std::lock_guard<std::mutex> lock(out.mutex);
  write_out(out.text);
  out.waiting.store(false, std::memory_order_release);
}

std::string take_device_output() {
  Output &out = output();
  std::lock_guard<std::mutex> lock(out.mutex);
  std::string text;
  text.swap(out.text);
  out.waiting.store(false, std::memory_order_release);
  return text;
}

} // namespace sampan

SAMPAN_API int32_t sampan_vprintf(const char *format, const void *arguments) {
  if (!format)
    return -1;
  sampan::Line line;
  int count = sampan::format(format, arguments, line);
  if (count >= 0)
    sampan::append(line.text(), line.size());
  return count;
}
