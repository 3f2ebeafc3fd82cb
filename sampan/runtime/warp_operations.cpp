// Warp-wide operations on the fibre path: lanes wait for the others of their member mask.
//
// A lane that comes to an operation waits until all members that have not returned are at the same
// one, wherever in the code. Which lanes are "active" is asked differently: the answer waits until
// nothing else in the warp can go on, and is then the largest set there could be, those that ask at
// the same place. That is how lanes of a GPU's warp come along where the code lets them.

#include "fibres.h"

#include <algorithm>

#include "matrices.h"
#include "worker.h"

namespace sampan {
namespace {

constexpr unsigned kLanes = 32;

uint32_t bit(unsigned lane) { return uint32_t{1} << lane; }

unsigned first_lane(uint32_t lanes) { return static_cast<unsigned>(__builtin_ctz(lanes)); }

uint32_t reduce(uint32_t operation, uint32_t a, uint32_t b) {
  auto x = static_cast<int32_t>(a), y = static_cast<int32_t>(b);
  switch (operation) {
  case 0:
    return a + b;
  case 1:
    return static_cast<uint32_t>(std::min(x, y));
  case 2:
    return static_cast<uint32_t>(std::max(x, y));
  case 3:
    return std::min(a, b);
  case 4:
    return std::max(a, b);
  case 5:
    return a & b;
  case 6:
    return a | b;
  default:
    return a ^ b;
  }
}

void multiply(Warp &warp, uint32_t lanes, uint32_t shape_and_layouts) {
  void *elements[kLanes] = {}; // null: a lane that is not there
  for (uint32_t left = lanes; left; left &= left - 1) {
    unsigned lane = first_lane(left);
    elements[lane] = reinterpret_cast<void *>(warp.lanes[lane]->meeting.value);
  }
  multiply_matrices(shape_and_layouts, elements);
}

// Gives every lane of `lanes`, all at the same operation, its result.
void evaluate(Warp &warp, uint32_t lanes) {
  const Meeting &any = warp.lanes[first_lane(lanes)]->meeting;
  if (any.kind == Meeting::Kind::product) {
    multiply(warp, lanes, any.extra);
    return;
  }
  uint32_t common = 0;
  bool first = true;
  for (uint32_t left = lanes; left; left &= left - 1) {
    unsigned lane = first_lane(left);
    const Meeting &one = warp.lanes[lane]->meeting;
    auto value = static_cast<uint32_t>(one.value);
    if (any.kind == Meeting::Kind::ballot)
      common |= value ? bit(lane) : 0;
    else if (any.kind == Meeting::Kind::reduce)
      common = first ? value : reduce(one.extra, common, value);
    first = false;
  }
  for (uint32_t left = lanes; left; left &= left - 1) {
    Meeting &one = warp.lanes[first_lane(left)]->meeting;
    one.result = common;
    if (any.kind == Meeting::Kind::read) {
      unsigned source = one.extra % kLanes;
      // Whoever takes no part has no value to give.
      bool present = lanes & bit(source);
      one.result = present ? static_cast<uint32_t>(warp.lanes[source]->meeting.value) : 0;
    } else if (any.kind == Meeting::Kind::match) {
      for (uint32_t others = lanes; others; others &= others - 1) {
        unsigned other = first_lane(others);
        if (warp.lanes[other]->meeting.value == one.value)
          one.result |= bit(other);
      }
    }
  }
}

Warp &warp_of(Fibre &fibre) { return fibre.block->warps[fibre.thread.linear_tid / kLanes]; }

} // namespace

void Fibres::begin_warps(ResidentBlock &block) {
  uint32_t threads = run_->launch->block_threads;
  block.warps.resize((threads + kLanes - 1) / kLanes);
  for (Warp &warp : block.warps) {
    warp.living = threads >= kLanes ? ~uint32_t{0} : bit(threads) - 1;
    warp.meeting = warp.at_barrier = 0;
    threads -= kLanes;
  }
}

uint32_t Fibres::meet(Fibre &fibre, const Meeting &meeting) {
  Warp &warp = warp_of(fibre);
  unsigned lane = fibre.thread.linear_tid % kLanes;
  fibre.meeting = meeting;
  warp.lanes[lane] = &fibre;
  warp.meeting |= bit(lane);
  if (!settle(warp, lane, &fibre))
    answer_active(warp, &fibre);
  if (warp.meeting & bit(lane))
    suspend(fibre);
  return fibre.meeting.result;
}

// Lets the members of a lane's operation go on if all have come. `running` needs no waking.
bool Fibres::settle(Warp &warp, unsigned lane, Fibre *running) {
  const Meeting &own = warp.lanes[lane]->meeting;
  if (own.kind == Meeting::Kind::activemask)
    return false;
  uint32_t members = (own.members & warp.living) | bit(lane);
  if (members & ~warp.meeting)
    return false;
  for (uint32_t left = members; left; left &= left - 1) {
    const Meeting &other = warp.lanes[first_lane(left)]->meeting;
    if (other.kind != own.kind || other.members != own.members)
      return false;
  }
  evaluate(warp, members);
  free_lanes(warp, members, running);
  return true;
}

void Fibres::answer_active(Warp &warp, Fibre *running) {
  if (warp.living & ~(warp.meeting | warp.at_barrier))
    return;
  for (uint32_t left = warp.meeting; left; left &= left - 1) {
    const Meeting &own = warp.lanes[first_lane(left)]->meeting;
    if (own.kind != Meeting::Kind::activemask)
      continue;
    uint32_t group = 0;
    for (uint32_t others = warp.meeting; others; others &= others - 1) {
      const Meeting &other = warp.lanes[first_lane(others)]->meeting;
      if (other.kind == own.kind && other.extra == own.extra)
        group |= bit(first_lane(others));
    }
    for (uint32_t lanes = group; lanes; lanes &= lanes - 1)
      warp.lanes[first_lane(lanes)]->meeting.result = group;
    free_lanes(warp, group, running);
    left &= ~group | bit(first_lane(left));
  }
}

void Fibres::free_lanes(Warp &warp, uint32_t lanes, Fibre *running) {
  count_deed();
  warp.meeting &= ~lanes;
  for (; lanes; lanes &= lanes - 1) {
    Fibre *fibre = warp.lanes[first_lane(lanes)];
    if (fibre != running)
      ready_.push(fibre);
  }
}

void Fibres::wait_at_barrier(Fibre &fibre) {
  Warp &warp = warp_of(fibre);
  warp.at_barrier |= bit(fibre.thread.linear_tid % kLanes);
  answer_active(warp, nullptr);
}

void Fibres::leave_barrier(Fibre &fibre) {
  warp_of(fibre).at_barrier &= ~bit(fibre.thread.linear_tid % kLanes);
}

// The lane has returned: whoever waits for it waits no more.
void Fibres::leave_warp(Fibre &fibre) {
  Warp &warp = warp_of(fibre);
  warp.living &= ~bit(fibre.thread.linear_tid % kLanes);
  for (uint32_t left = warp.meeting; left; left = left & (left - 1) & warp.meeting)
    settle(warp, first_lane(left), nullptr);
  answer_active(warp, nullptr);
}

} // namespace sampan
