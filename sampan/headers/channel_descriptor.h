// cudaCreateChannelDesc<T>: the texel format of a scalar or vector type.
#ifndef SAMPAN_CHANNEL_DESCRIPTOR_H
#define SAMPAN_CHANNEL_DESCRIPTOR_H

#include "cuda_runtime_api.h"

#ifdef __cplusplus

template <class T> static inline cudaChannelFormatDesc cudaCreateChannelDesc() {
  return cudaCreateChannelDesc(0, 0, 0, 0, cudaChannelFormatKindNone);
}

#define __SAMPAN_CHANNEL(type, x, y, z, w, kind)                                                   \
  template <> inline cudaChannelFormatDesc cudaCreateChannelDesc<type>() {                         \
    return cudaCreateChannelDesc(x, y, z, w, cudaChannelFormatKind##kind);                         \
  }
#define __SAMPAN_CHANNELS(type, vector, bits, kind)                                                \
  __SAMPAN_CHANNEL(type, bits, 0, 0, 0, kind)                                                      \
  __SAMPAN_CHANNEL(vector##1, bits, 0, 0, 0, kind)                                                 \
  __SAMPAN_CHANNEL(vector##2, bits, bits, 0, 0, kind)                                              \
  __SAMPAN_CHANNEL(vector##4, bits, bits, bits, bits, kind)

__SAMPAN_CHANNEL(char, 8, 0, 0, 0, Signed)
__SAMPAN_CHANNELS(signed char, char, 8, Signed)
__SAMPAN_CHANNELS(unsigned char, uchar, 8, Unsigned)
__SAMPAN_CHANNELS(short, short, 16, Signed)
__SAMPAN_CHANNELS(unsigned short, ushort, 16, Unsigned)
__SAMPAN_CHANNELS(int, int, 32, Signed)
__SAMPAN_CHANNELS(unsigned int, uint, 32, Unsigned)
__SAMPAN_CHANNELS(float, float, 32, Float)

#undef __SAMPAN_CHANNEL
#undef __SAMPAN_CHANNELS

#endif

#endif
