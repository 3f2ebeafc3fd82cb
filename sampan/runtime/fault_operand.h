// What a fault's signal leaves open: the address, where the processor reports none.
#ifndef SAMPAN_FAULT_OPERAND_H
#define SAMPAN_FAULT_OPERAND_H

#include "faults.h"

namespace sampan {

// Fills in the address, whether it is misaligned, and the element of a gather or scatter. `context`
// is the signal handler's third argument. x86-64 raises a general protection fault, without an
// address, both for an address that no pointer can have and for an aligned vector access to one
// that is not aligned.
void look_at_operand(FaultSignal &fault, const void *context);

} // namespace sampan

#endif
