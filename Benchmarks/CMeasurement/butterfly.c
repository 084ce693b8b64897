#include "measurement.h"

static ck_tile_pair two_tiles(float *base, size_t stride, size_t tile, size_t tiles) {
  ck_tile_pair ends = {{0}, {0}};
  if (tile < tiles) ends.first.tiled = base + tile * stride;
  if (tile + 1 < tiles) ends.second.tiled = base + (tile + 1) * stride;
  return ends;
}

void measurement_butterfly_forward(
    const ck_butterfly_kernels *kernels, const ck_butterfly *butterfly, const float *packed, float *in,
    float *out, size_t tile_stride, size_t tiles, float *work) {
  for (size_t tile = 0; tile < tiles; tile += 2) {
    ck_tile_pair from = two_tiles(in, tile_stride, tile, tiles);
    ck_tile_pair to = two_tiles(out, tile_stride, tile, tiles);
    ck_tile_pair next_from = two_tiles(in, tile_stride, tile + 2, tiles);
    ck_tile_pair next_to = two_tiles(out, tile_stride, tile + 2, tiles);
    kernels->forward(butterfly, packed, &from, &to, &next_from, &next_to, work);
  }
}
