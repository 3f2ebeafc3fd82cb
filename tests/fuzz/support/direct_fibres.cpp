// Threads as fibres without the rest of the runtime: what compiled code calls, on the runtime's own
// fibres and warp-wide operations.
#include "direct_worker.h"

#include "context_switch.h"
#include "device_settings.h"
#include "knobs.h"
#include "matrices.h"
#include "watchdog.h"

namespace sampan {
const Knobs &knobs() {
  static const Knobs values = [] { Knobs k = {}; k.fibre_stack = 256 << 10; return k; }();
  return values;
}
size_t thread_stack_limit() { return 0; }
namespace watchdog {
void watch_progress() {}
} // namespace watchdog
} // namespace sampan
using namespace sampan;

void run_on_fibres(const SampanKernel &kernel, const SampanVariant &variant,
                   const SampanLaunch &launch, uint8_t *shared) {
  static Worker worker;
  static Fibres fibres(worker);
  Kernel code = {{kernel.local_bytes}};
  KernelRun run = {&launch, &code, &variant, 0, launch.grid_blocks, false};
  void *context = fibres.start(run, shared, 0);
  if (!context) worker.abandon(Failure::Kind::no_memory, nullptr);
  sampan_switch(&worker.native, context);
}

static Fibre &fibre_of(SampanThread *self) { return *(Fibre *)self->runtime; }
static uint32_t meet(SampanThread *self, const Meeting &meeting) {
  return fibre_of(self).owner->meet(fibre_of(self), meeting);
}

extern "C" {
void sampan_barrier(SampanThread *self) { fibre_of(self).owner->barrier(fibre_of(self), false, 0, 0); }
int32_t sampan_barrier_reduce(SampanThread *self, int32_t predicate, int32_t op) {
  return fibre_of(self).owner->barrier(fibre_of(self), true, predicate, op);
}
void sampan_yield(SampanThread *self) { fibre_of(self).owner->yield(fibre_of(self)); }
void sampan_spin(SampanThread *self, uint32_t again) {
  fibre_of(self).owner->spin(fibre_of(self), again);
}
void sampan_step(SampanThread *self) { fibre_of(self).owner->step(fibre_of(self)); }
void sampan_nanosleep(SampanThread *self, uint32_t) { sampan_yield(self); }
uint32_t sampan_warp_read(SampanThread *self, uint32_t members, uint32_t value, uint32_t lane) {
  return meet(self, {Meeting::Kind::read, members, value, lane, 0});
}
uint32_t sampan_warp_ballot(SampanThread *self, uint32_t members, uint32_t predicate) {
  return meet(self, {Meeting::Kind::ballot, members, predicate, 0, 0});
}
uint32_t sampan_warp_match(SampanThread *self, uint32_t members, uint64_t value) {
  return meet(self, {Meeting::Kind::match, members, value, 0, 0});
}
uint32_t sampan_warp_reduce(SampanThread *self, uint32_t members, uint32_t value, uint32_t op) {
  return meet(self, {Meeting::Kind::reduce, members, value, op, 0});
}
void sampan_warp_sync(SampanThread *self, uint32_t members) {
  meet(self, {Meeting::Kind::sync, members, 0, 0, 0});
}
void sampan_warp_mma(SampanThread *self, uint32_t members, uint32_t shape, uint32_t layouts,
                     void *elements) {
  meet(self, {Meeting::Kind::product, members, (uint64_t)elements, shape | layouts << kMatrixLayoutsShift, 0});
}
void sampan_named_barrier(SampanThread *self, uint32_t number, uint32_t threads) {
  fibre_of(self).owner->named_barrier(fibre_of(self), number, threads, true);
}
void sampan_named_arrive(SampanThread *self, uint32_t number, uint32_t threads) {
  fibre_of(self).owner->named_barrier(fibre_of(self), number, threads, false);
}
uint32_t sampan_warp_activemask(SampanThread *self, uint32_t site) {
  return meet(self, {Meeting::Kind::activemask, 0, 0, site, 0});
}
}
