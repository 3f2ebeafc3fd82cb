// The CUDA runtime: in a CUDA source the whole language, elsewhere the host API alone.
#ifndef SAMPAN_CUDA_RUNTIME_H
#define SAMPAN_CUDA_RUNTIME_H
#define __CUDA_RUNTIME_H__

#if defined(__CUDA__) && defined(__clang__)
#include "sampan/device_language.h"
#endif

#include "channel_descriptor.h"
#include "cuda_runtime_api.h"
#include "driver_functions.h"
#include "driver_types.h"
#include "host_defines.h"
#include "library_types.h"
#include "texture_types.h"
#include "vector_functions.h"
#include "vector_types.h"

#ifdef __cplusplus
#include "sampan/api_templates.h"
#endif

#if defined(__CUDA__) && defined(__clang__)
#include "sampan/device_runtime.h"
#include "sampan/surfaces.h"
#include "sampan/textures.h"
#endif

#ifdef __cplusplus
#include "sampan/texture_references.h"
#endif

#endif
