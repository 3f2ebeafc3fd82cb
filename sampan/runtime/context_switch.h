// Switching between stacks of one thread: what fibres and the way out of a faulting kernel need.
//
// A suspended context is its stack pointer; what the calling convention asks a function to keep
// (registers, and the floating-point control state) lies on its stack. One file an instruction set
// defines the two assembly routines and `prepare_context`.
#ifndef SAMPAN_CONTEXT_SWITCH_H
#define SAMPAN_CONTEXT_SWITCH_H

extern "C" {
// Suspends the caller, storing its context to `*save`, and resumes `load`.
__attribute__((visibility("hidden"))) void sampan_switch(void **save, void *load);
// Where a prepared context starts: it passes the argument on and calls the function.
__attribute__((visibility("hidden"))) void sampan_context_start();
}

namespace sampan {

// A context that calls `function(argument)` on the stack that ends at `top` when it is resumed,
// with the floating-point control state a program starts with. `function` must not return.
void *prepare_context(char *top, void (*function)(void *), void *argument);

} // namespace sampan

#endif
