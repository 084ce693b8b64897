// The kernels for two tiles at once, meant for 16 lanes, compiled for the vectors of every processor, so that
// they are checked on all of them.
#ifndef CROSS_COMPILED_SIDE_BY_SIDE_H
#define CROSS_COMPILED_SIDE_BY_SIDE_H

#include "butterfly_kernels.h"

void side_by_side_forward(
    const ck_butterfly *, const float *, const ck_tile_pair *, const ck_tile_pair *,
    const ck_tile_pair *, const ck_tile_pair *, float *);
void side_by_side_backward(
    const ck_butterfly *, const float *, const ck_tile_pair *, const ck_tile_pair *,
    const ck_tile_pair *, float *, const ck_tile_pair *, const ck_tile_pair *, float *);

#endif
