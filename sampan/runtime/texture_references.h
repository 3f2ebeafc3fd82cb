// Texture and surface references: variables of both halves of a program.
#ifndef SAMPAN_TEXTURE_REFERENCES_H
#define SAMPAN_TEXTURE_REFERENCES_H

#include "sampan_abi.h"

namespace sampan {

// `host` is the program's textureReference or surfaceReference, `device` the variable of 64 bits
// that kernels read (null: no kernel does). `normalised`: integers are read as numbers up to 1.
void add_reference(const void *host, const SampanVariable *device, bool normalised);

} // namespace sampan

#endif
