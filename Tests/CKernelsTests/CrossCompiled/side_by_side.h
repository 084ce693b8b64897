// The kernels for two tiles side by side, which serve vectors of sixteen lanes, in vectors that every processor has: so
// that they are checked on all of them.
#ifndef CROSS_COMPILED_SIDE_BY_SIDE_H
#define CROSS_COMPILED_SIDE_BY_SIDE_H

#include "kernels.h"

void side_by_side_forward(
    const ck_butterfly *, const float *, const ck_butterfly_ends *, const ck_butterfly_ends *,
    const ck_butterfly_ends *, const ck_butterfly_ends *, float *);
void side_by_side_backward(
    const ck_butterfly *, const float *, const ck_butterfly_ends *, const ck_butterfly_ends *,
    const ck_butterfly_ends *, float *, const ck_butterfly_ends *, const ck_butterfly_ends *, float *);

#endif
