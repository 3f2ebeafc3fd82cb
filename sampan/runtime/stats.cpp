#include "stats.h"

#include <cstdio>
#include <cstring>
#include <mutex>
#include <string>
#include <unistd.h>
#include <vector>

#include "knobs.h"
#include "registry.h"
#include "tuned.h"

namespace sampan {
namespace {

struct KeptStats {
  std::mutex mutex;
  std::vector<std::string> rows;
};

KeptStats &kept() {
  static KeptStats &kept = *new KeptStats;
  return kept;
}

std::string quoted(const std::string &text) {
  std::string out = "\"";
  for (unsigned char c : text) {
    char escape[8];
    if (c == '"' || c == '\\') {
      out += {'\\', static_cast<char>(c)};
    } else if (c < 0x20) {
      std::snprintf(escape, sizeof escape, "\\u%04x", c);
      out += escape;
    } else {
      out += static_cast<char>(c);
    }
  }
  return out + '"';
}

const char *kind_name(uint32_t kind) {
  switch (kind) {
  case SAMPAN_BLOCK_VECTOR:
  case SAMPAN_BLOCK_GROUP:
    return "vector";
  case SAMPAN_WARP_FIBRE:
    return "warp fibre";
  case SAMPAN_INTERPRETED:
    return "interpreted";
  case SAMPAN_DEVICE_CODE:
    return "device";
  default:
    return "lane fibre";
  }
}

// Of code that counts its operations and bytes (sampan/tune/count.py): what came of it.
std::string counts(const Kernel &kernel) {
  const SampanModule &module = kernel.module;
  for (uint32_t i = 0; i < module.variable_count; ++i) {
    const SampanVariable &variable = module.variables[i];
    if (std::strcmp(variable.name, "sampan.counts") != 0 || variable.size != 2 * sizeof(uint64_t))
      continue;
    auto *values = static_cast<const uint64_t *>(variable.address);
    return ", \"counts\": [" + std::to_string(values[0]) + ", " + std::to_string(values[1]) + "]";
  }
  return "";
}

// One row for each variant of the kernel that ran.
void add_rows(const Kernel &kernel, std::vector<std::string> &rows) {
  for (uint32_t i = 0; i < kernel.code.variant_count; ++i) {
    const VariantStats &stats = kernel.stats[i];
    if (!stats.launches)
      continue;
    const SampanVariant &variant = kernel.code.variants[i];
    const char *reason = kernel.code.fallback_reason;
    rows.push_back(
        "{\"module\": " + quoted(kernel.module.id) + ", \"name\": " + quoted(kernel.code.name) +
        ", \"display_name\": " + quoted(kernel.display_name()) + ", \"launches\": " +
        std::to_string(stats.launches) + ", \"threads\": " + std::to_string(stats.threads) +
        ", \"nanoseconds\": " + std::to_string(stats.nanoseconds) +
        ", \"elapsed\": " + std::to_string(stats.elapsed) + counts(kernel) + ", \"kind\": " +
        quoted(kind_name(variant.kind)) + ", \"width\": " + std::to_string(variant.width) +
        ", \"fallback_reason\": " + quoted(reason ? reason : "") + "}");
  }
}

std::string report() {
  std::vector<std::string> rows = kept().rows;
  for_each_kernel([&](const Kernel &kernel) { add_rows(kernel, rows); });
  std::string text = "{\"version\": 1, \"workers\": " + std::to_string(knobs().threads) +
                     ", \"pid\": " + std::to_string(getpid()) +
                     ", \"results\": " + std::to_string(results_digest()) + ", \"kernels\": [";
  for (size_t i = 0; i < rows.size(); ++i)
    text += (i ? ",\n  " : "\n  ") + rows[i];
  return text + "\n]}\n";
}

void write_stats() {
  const std::string &path = knobs().stats;
  std::string text = report();
  if (path == "-") {
    std::fputs(text.c_str(), stderr);
    return;
  }
  // Renamed into place, so that a reader never sees half of it.
  std::string temporary = path + "." + std::to_string(getpid()) + ".tmp";
  std::FILE *file = std::fopen(temporary.c_str(), "w");
  bool written = file && std::fputs(text.c_str(), file) >= 0;
  if (file && std::fclose(file) != 0)
    written = false;
  if (!written || std::rename(temporary.c_str(), path.c_str()) != 0) {
    std::fprintf(stderr, "sampan: cannot write SAMPAN_STATS=%s\n", path.c_str());
    std::remove(temporary.c_str());
  }
}

// Runs after the program's own exit handlers and destructors, also where this library is linked
// into the program: what is constructed first goes last.
struct ReportAtExit {
  ~ReportAtExit() {
    if (!knobs().stats.empty())
      write_stats();
  }
};
__attribute__((init_priority(101))) ReportAtExit report_at_exit;

} // namespace

void keep_stats(const Kernel &kernel) {
  if (knobs().stats.empty())
    return;
  std::lock_guard<std::mutex> lock(kept().mutex);
  add_rows(kernel, kept().rows);
}

} // namespace sampan
