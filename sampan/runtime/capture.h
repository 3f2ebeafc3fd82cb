// Stream capture: what a stream is given becomes nodes of a graph instead of running.
//
// A capture begins in one stream. Others join it when they wait for an event recorded in it, which
// is how programs fork, and are joined again by an event of theirs.
#ifndef SAMPAN_CAPTURE_H
#define SAMPAN_CAPTURE_H

#include <vector>

#include "graph.h"

namespace sampan {

class Event;

// Adds a node after what the stream, which is capturing, has captured so far.
cudaError_t capture_work(Stream *stream, Work work);
cudaError_t capture_copy(Stream *stream, Region to, Region from, Size3D size, cudaMemcpyKind kind);
cudaError_t capture_fill(Stream *stream, Region to, Size3D size, unsigned value, unsigned element);
cudaError_t capture_allocation(Stream *stream, void **pointer, size_t size);

// Errors of what may not happen while streams capture; each also spoils the capture.
//
// Work in the legacy stream would have to wait for a blocking stream that captures.
cudaError_t capture_conflict(Stream *stream);
// Waiting for, or asking about, the stream; null: all streams.
cudaError_t capture_wait_conflict(Stream *stream);

// What events do in a capture: `record` notes where in it the stream is; `wait` joins the stream to
// the event's capture. `handled` says whether the event, or the stream, was in one at all.
cudaError_t capture_record(Event &event, cudaEvent_t handle, Stream *stream, unsigned flags);
cudaError_t capture_wait(Event &event, cudaEvent_t handle, Stream *stream, unsigned flags,
                         bool &handled);

} // namespace sampan

#endif
