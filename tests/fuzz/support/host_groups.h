// After host_warps.h: cooperative groups within a warp, as CUDA's documentation describes them.
namespace cooperative_groups {

template <class T> struct plus { T operator()(T a, T b) const { return T(a + b); } };
template <> struct plus<int> { int operator()(int a, int b) const { return int(unsigned(a) + unsigned(b)); } };
template <class T> struct less { T operator()(T a, T b) const { return b < a ? b : a; } };
template <class T> struct greater { T operator()(T a, T b) const { return a < b ? b : a; } };
template <class T> struct bit_and { T operator()(T a, T b) const { return a & b; } };
template <class T> struct bit_or { T operator()(T a, T b) const { return a | b; } };
template <class T> struct bit_xor { T operator()(T a, T b) const { return a ^ b; } };

// Lanes of a warp in the order of their ranks. A tile wraps a source's rank round its size, and
// gives whoever would read outside their own value.
struct HostGroup {
  std::vector<int> lanes;
  unsigned number = 0, groups = 1;
  bool tile = false;

  unsigned members() const {
    unsigned mask = 0;
    for (int lane : lanes) mask |= 1u << lane;
    return mask;
  }
  unsigned size() const { return unsigned(lanes.size()); }
  unsigned num_threads() const { return size(); }
  unsigned thread_rank() const {
    return unsigned(std::find(lanes.begin(), lanes.end(), host_lane()) - lanes.begin());
  }
  unsigned meta_group_rank() const { return number; }
  unsigned meta_group_size() const { return groups; }
  void sync() const { __syncwarp(members()); }

  template <class T> HostValues<T> exchange(T value) const {
    return host_exchange(group_op, members(), value);
  }
  template <class T> T read(T value, unsigned rank) const {
    auto values = exchange(value);
    return rank < size() ? values[lanes[rank]] : values[host_lane()];
  }
  template <class T> T shfl(T value, int rank) const { return read(value, unsigned(rank) % size()); }
  template <class T> T shfl_up(T value, unsigned by) const { return read(value, thread_rank() - by); }
  template <class T> T shfl_down(T value, unsigned by) const { return read(value, thread_rank() + by); }
  template <class T> T shfl_xor(T value, unsigned by) const { return read(value, thread_rank() ^ by); }
  unsigned ranks(unsigned mask) const {
    unsigned found = 0;
    for (unsigned rank = 0; rank < size(); ++rank) found |= (mask >> lanes[rank] & 1) << rank;
    return found;
  }
  unsigned ballot(int p) const { return ranks(exchange(p).where([](int p) { return p != 0; })); }
  int any(int p) const { return ballot(p) != 0; }
  int all(int p) const { return ballot(!p) == 0; }
  template <class T> unsigned match_any(T value) const {
    return ranks(host_match(exchange(value), value));
  }
  template <class T> unsigned match_all(T value, int &same) const {
    auto values = exchange(value);
    same = host_match(values, value) == values.present;
    return same ? ranks(values.present) : 0;
  }
};
using coalesced_group = HostGroup;
using thread_group = HostGroup;
template <unsigned Size, class P = void> using thread_block_tile = HostGroup;

struct thread_block {
  unsigned thread_rank() const { return unsigned(host_current - &host_threads[0]); }
  unsigned size() const { return unsigned(host_threads.size()); }
  void sync() const { __syncthreads(); }
};
static thread_block this_thread_block() { return {}; }

static HostGroup host_group(unsigned members, unsigned number, unsigned groups) {
  HostGroup group;
  for (int lane = 0; lane < 32; ++lane)
    if (members >> lane & 1) group.lanes.push_back(lane);
  group.number = number, group.groups = groups;
  return group;
}
#define COALESCED() cooperative_groups::host_group(ACTIVE(), 0, 1)
#define ALL_COALESCED() cooperative_groups::host_group(ALL_ACTIVE(), 0, 1)

static HostGroup tiled_partition(const thread_block &block, unsigned size) {
  HostGroup tile;
  for (unsigned rank = 0; rank < size; ++rank) tile.lanes.push_back(host_lane() / int(size) * int(size) + int(rank));
  tile.number = block.thread_rank() / size, tile.groups = block.size() / size, tile.tile = true;
  return tile;
}
static HostGroup tiled_partition(const HostGroup &parent, unsigned size) {
  HostGroup tile;
  tile.number = parent.thread_rank() / size, tile.groups = (parent.size() + size - 1) / size;
  for (unsigned rank = 0; rank < parent.size(); ++rank)
    if (rank / size == tile.number) tile.lanes.push_back(parent.lanes[rank]);
  return tile;
}
template <unsigned Size, class P> static HostGroup tiled_partition(const P &parent) {
  return tiled_partition(parent, Size);
}
static HostGroup binary_partition(const HostGroup &parent, bool side) {
  auto sides = parent.exchange(int(side));
  return host_group(sides.where([&](int other) { return other == int(side); }), side, 2);
}
// The groups in the order of their lowest ranks.
template <class L> static HostGroup labeled_partition(const HostGroup &parent, L label) {
  auto labels = parent.exchange(label);
  std::vector<L> seen;
  for (int lane : parent.lanes)
    if (labels.has(lane) && std::find(seen.begin(), seen.end(), labels[lane]) == seen.end())
      seen.push_back(labels[lane]);
  auto own = std::find(seen.begin(), seen.end(), label) - seen.begin();
  return host_group(host_match(labels, label), unsigned(own), unsigned(seen.size()));
}

template <class T, class F> static T reduce(const HostGroup &group, T value, F combine) {
  return host_fold(group.exchange(value), combine);
}
template <class T, class F> static T inclusive_scan(const HostGroup &group, T value, F combine) {
  auto values = group.exchange(value);
  values.present &= ~0u >> (31 - host_lane());
  return host_fold(values, combine);
}
template <class T, class F> static T exclusive_scan(const HostGroup &group, T value, F combine) {
  auto values = group.exchange(value);
  values.present &= (1u << host_lane()) - 1;
  return host_fold(values, combine);
}
template <class T> static T inclusive_scan(const HostGroup &group, T value) {
  return inclusive_scan(group, value, plus<T>());
}
template <class T> static T exclusive_scan(const HostGroup &group, T value) {
  return exclusive_scan(group, value, plus<T>());
}
static void sync(const HostGroup &group) { group.sync(); }

} // namespace cooperative_groups
namespace cg = cooperative_groups;
