// SAMPAN_STATS: at exit, a JSON file of what every kernel did.
#ifndef SAMPAN_STATS_H
#define SAMPAN_STATS_H

namespace sampan {

struct Kernel;

// Copies what a kernel did, because its module is about to go.
void keep_stats(const Kernel &kernel);

} // namespace sampan

#endif
