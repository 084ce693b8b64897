#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push( \
    __attribute__((target("avx2,fma,avx512f,avx512dq,avx512bw,avx512vl"))), apply_to = function)
// Two tiles at once, one in each half of a vector.
#define V 16
#define CK_FUSED 1
#define LANES 16
#include <string.h>

#include "kernels.h"

#include "vectors.h"

#include "tile_kernels.h"

#include "butterfly_pairs.h"

#include "butterfly_places.h"

#include "butterfly_rows.h"

#include "butterfly_real.h"

#include "butterfly_forward.h"

#include "butterfly_backward.h"

void ck_butterfly_forward_two_avx512(
    const ck_butterfly *b, const float *packed, const ck_butterfly_ends *in, const ck_butterfly_ends *out,
    const ck_butterfly_ends *next_in, const ck_butterfly_ends *next_out, float *work) {
  tiles_forward(
      b, packed, &in->first, &in->second, &out->first, &out->second, prefetching_begin(b, next_in, next_out),
      work);
}

void ck_butterfly_backward_two_avx512(
    const ck_butterfly *b, const float *packed, const ck_butterfly_ends *in, const ck_butterfly_ends *out_gradient,
    const ck_butterfly_ends *in_gradient, float *packed_gradient, const ck_butterfly_ends *next_in,
    const ck_butterfly_ends *next_out_gradient, float *work) {
  tiles_backward(
      b, packed, &in->first, &in->second, &out_gradient->first, &out_gradient->second,
      in_gradient ? &in_gradient->first : 0, in_gradient ? &in_gradient->second : 0, packed_gradient,
      prefetching_begin(b, next_in, next_out_gradient), work);
}
#pragma clang attribute pop
#else
typedef int ck_no_avx512_two;
#endif
