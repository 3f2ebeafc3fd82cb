// After host.h: warp-wide operations. Members exchange their values, and each computes for itself
// what it gets: written for clearness, so that it can be trusted to be right.

// Lets the members of each operation go on of whom all that have not finished have come. Whoever
// asks which lanes are active gets some of those that ask at the same place, at random: CUDA says no
// more. `all`: no thread can run, so they must be answered now. Returns whether any can go on.
static bool host_meet_warp(size_t first, bool all) {
  size_t end = std::min(first + 32, host_threads.size());
  bool freed = false;
  for (size_t i = first; i < end; ++i) {
    HostThread &thread = host_threads[i];
    const HostMeeting &own = thread.meeting;
    if (!thread.waiting || own.operation == at_barrier) continue;
    bool asks = own.operation == active_op;
    if (asks && own.site >= 0 && !all && host_random() % 2) continue;
    std::vector<HostThread *> members(32, nullptr);
    bool complete = true;
    for (size_t j = first; j < end; ++j) {
      HostThread &other = host_threads[j];
      if (other.finished || (!asks && !(own.members >> (j - first) & 1))) continue;
      bool here = other.waiting && other.meeting.operation == own.operation &&
                  (asks ? other.meeting.site == own.site : other.meeting.members == own.members);
      if (asks && own.site >= 0 && (!here || (j != i && host_random() % 4 == 0))) continue;
      complete &= here;
      members[j - first] = &other;
    }
    if (!complete) continue;
    HostBits values[32] = {};
    unsigned present = 0;
    for (int lane = 0; lane < 32; ++lane)
      if (members[lane]) values[lane] = members[lane]->meeting.value, present |= 1u << lane;
    for (HostThread *member : members) {
      if (!member) continue;
      memcpy(member->seen, values, sizeof values);
      member->meeting.present = present;
      member->waiting = false;
    }
    freed = true;
  }
  return freed;
}

// The offset-th set bit from bit `base` up.
static unsigned __fns(unsigned mask, unsigned base, int offset) {
  for (unsigned bit = base; bit < 32; ++bit)
    if (mask >> bit & 1 && --offset == 0) return bit;
  return ~0u;
}
static int host_lane() { return int(host_current - &host_threads[0]) & 31; }

// What the members brought; reading one that takes no part gives zero.
template <class T> struct HostValues {
  unsigned present;
  const HostBits *bits;
  T operator[](unsigned lane) const {
    T value = T();
    if (lane < 32 && present >> lane & 1) memcpy((void *)&value, &bits[lane], sizeof(T));
    return value;
  }
  bool has(unsigned lane) const { return present >> lane & 1; }
  template <class F> unsigned where(F holds) const {
    unsigned found = 0;
    for (int lane = 0; lane < 32; ++lane)
      if (has(lane) && holds((*this)[lane])) found |= 1u << lane;
    return found;
  }
};
template <class T>
static HostValues<T> host_exchange(HostOperation operation, unsigned members, T value, int site = 0) {
  HostThread *self = host_current;
  HostMeeting meeting = {operation, members, site};
  memcpy(&meeting.value, &value, sizeof(T));
  host_wait(meeting);
  return {self->meeting.present, self->seen};
}

static unsigned host_active(int site) { return host_exchange(active_op, 0, 0, site).present; }
// In code that not all lanes pass, and in code that all lanes pass that have not returned.
#define ACTIVE() host_active(__COUNTER__)
#define ALL_ACTIVE() host_active(-1 - __COUNTER__)
static void __syncwarp(unsigned members = ~0u) { host_exchange(sync_op, members, 0); }

template <class T> static T __shfl_sync(unsigned members, T value, int from, int width = 32) {
  int lane = host_lane();
  return host_exchange(shuffle_op, members, value)[lane / width * width + (from & (width - 1))];
}
template <class T> static T __shfl_up_sync(unsigned members, T value, unsigned by, int width = 32) {
  int lane = host_lane(), inside = lane % width - int(by);
  return host_exchange(shuffle_op, members, value)[inside >= 0 ? lane - int(by) : lane];
}
template <class T> static T __shfl_down_sync(unsigned members, T value, unsigned by, int width = 32) {
  int lane = host_lane(), inside = lane % width + int(by);
  return host_exchange(shuffle_op, members, value)[inside < width ? lane + int(by) : lane];
}
template <class T> static T __shfl_xor_sync(unsigned members, T value, int by, int width = 32) {
  int lane = host_lane(), other = lane ^ by;
  bool inside = other < lane / width * width + width;
  return host_exchange(shuffle_op, members, value)[inside ? other : lane];
}
static unsigned __ballot_sync(unsigned members, int predicate) {
  return host_exchange(vote_op, members, predicate).where([](int p) { return p != 0; });
}
static int __any_sync(unsigned members, int p) { return __ballot_sync(members, p) != 0; }
static int __all_sync(unsigned members, int p) { return __ballot_sync(members, !p) == 0; }
static int __uni_sync(unsigned members, int p) {
  auto votes = host_exchange(vote_op, members, p);
  unsigned yes = votes.where([](int p) { return p != 0; });
  return yes == 0 || yes == votes.present;
}
template <class T> static unsigned host_match(const HostValues<T> &values, T value) {
  return values.where([&](T other) { return !memcmp(&other, &value, sizeof(T)); });
}
template <class T> static unsigned __match_any_sync(unsigned members, T value) {
  return host_match(host_exchange(match_op, members, value), value);
}
template <class T> static unsigned __match_all_sync(unsigned members, T value, int *same) {
  auto values = host_exchange(match_op, members, value);
  *same = host_match(values, value) == values.present;
  return *same ? values.present : 0;
}
// The forms of before Volta: those that come along.
#define __shfl(value, from) __shfl_sync(ALL_ACTIVE(), value, from)
#define __shfl_up(value, by) __shfl_up_sync(ALL_ACTIVE(), value, by)
#define __shfl_down(value, by) __shfl_down_sync(ALL_ACTIVE(), value, by)
#define __shfl_xor(value, by) __shfl_xor_sync(ALL_ACTIVE(), value, by)
#define __ballot(p) __ballot_sync(ALL_ACTIVE(), p)
#define __any(p) __any_sync(ALL_ACTIVE(), p)
#define __all(p) __all_sync(ALL_ACTIVE(), p)

template <class T, class F> static T host_fold(const HostValues<T> &values, F combine) {
  T total = T();
  bool first = true;
  for (int lane = 0; lane < 32; ++lane)
    if (values.has(lane)) total = first ? values[lane] : combine(total, values[lane]), first = false;
  return total;
}
#define HOST_REDUCTION(name, type, combined)                                                       \
  static type __reduce_##name##_sync(unsigned members, type value) {                               \
    return host_fold(host_exchange(reduce_op, members, value),                                     \
                     [](type a, type b) { return type(combined); });                               \
  }
HOST_REDUCTION(add, int, unsigned(a) + unsigned(b))
HOST_REDUCTION(add, unsigned, a + b)
HOST_REDUCTION(min, int, a < b ? a : b)
HOST_REDUCTION(max, int, a > b ? a : b)
HOST_REDUCTION(min, unsigned, a < b ? a : b)
HOST_REDUCTION(max, unsigned, a > b ? a : b)
HOST_REDUCTION(and, unsigned, a & b)
HOST_REDUCTION(or, unsigned, a | b)
HOST_REDUCTION(xor, unsigned, a ^ b)

// Half numbers only travel: their bits are what counts.
struct __half { unsigned short bits; };
struct __nv_bfloat16 { unsigned short bits; };
struct __half2 { __half x, y; };
static __half __ushort_as_half(unsigned short bits) { return {bits}; }
static unsigned short __half_as_ushort(__half value) { return value.bits; }
static __nv_bfloat16 __ushort_as_bfloat16(unsigned short bits) { return {bits}; }
static unsigned short __bfloat16_as_ushort(__nv_bfloat16 value) { return value.bits; }
static __half2 __halves2half2(__half x, __half y) { return {x, y}; }
static __half __low2half(__half2 value) { return value.x; }
static __half __high2half(__half2 value) { return value.y; }
