/* A texture or surface as device code sees it: an object's handle is the address of one of these.
   The runtime fills it in (texture_objects.cpp); sampan/headers/sampan/textures.h reads it. */
#ifndef SAMPAN_TEXTURE_H
#define SAMPAN_TEXTURE_H

#ifdef __cplusplus
extern "C" {
#endif

typedef struct SampanTexture {
  const char *data;
  unsigned long long pitch; /* bytes from row to row */
  unsigned long long slice; /* bytes from slice, or layer, to the next */
  int extent[3];            /* elements; 1 where there is no such dimension */
  int layers;               /* of a layered texture, else 1; faces of a cubemap count */
  unsigned element;         /* bytes */
  unsigned channels;        /* 1, 2 or 4 */
  unsigned channel_bytes;
  int kind; /* enum cudaChannelFormatKind */
  /* Of textures alone: */
  int address[3]; /* enum cudaTextureAddressMode; wrap and mirror only with normalised coordinates
                   */
  int linear;     /* filter */
  int read_normalised; /* integers become numbers from 0 or -1 to 1 */
  int normalised;      /* coordinates */
  int srgb;
  float border[4];
  int seamless; /* of a cubemap: filters reach across edges */
  /* Of mipmapped arrays, else none; the fields above are those of the first level. */
  const struct SampanTexture *levels;
  int last_level;
  int mip_linear; /* filter between levels */
  float level_bias, least_level, greatest_level;
} SampanTexture;

#ifdef __cplusplus
}
#endif
#endif
