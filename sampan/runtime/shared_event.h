// Events that several processes record and wait for.
//
// Each time such an event is recorded it gets the next number, in memory that all processes map;
// when that point of the stream is reached the number is written there as reached. Who waits, waits
// for the number that was the last when it began.
#ifndef SAMPAN_SHARED_EVENT_H
#define SAMPAN_SHARED_EVENT_H

#include <atomic>
#include <cstdint>
#include <memory>

#include "sampan_cuda_types.h"
#include "scheduler.h"

namespace sampan {

class SharedEvent : public std::enable_shared_from_this<SharedEvent> {
public:
  static std::shared_ptr<SharedEvent> create();       // null if there is no memory
  static std::shared_ptr<SharedEvent> open(int file); // takes the file over; null if it is another
  ~SharedEvent();

  int file() const { return file_; } // for other processes to map
  void record(Stream *stream);
  bool done() const; // what was recorded last, by any process
  void wait();
  // What comes in the stream waits for what was recorded last.
  cudaError_t let_wait(Stream *stream);

private:
  // Numbers that are this far apart share a place; the larger one stands for both.
  static constexpr uint32_t kPlaces = 64;
  struct State {
    std::atomic<uint32_t> recorded;
    std::atomic<uint32_t> reached[kPlaces];
  };
  class Reached;

  SharedEvent(int file, State *state) : file_(file), state_(state) {}
  static std::shared_ptr<SharedEvent> map(int file);
  void wait_for(uint32_t number);
  bool is_reached(uint32_t number) const;

  const int file_;
  State *const state_;
};

} // namespace sampan

#endif
