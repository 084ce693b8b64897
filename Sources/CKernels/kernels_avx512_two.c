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

#include "butterfly_pairs.h"

#include "butterfly_kernels.h"

void ck_butterfly_forward_two_avx512(
    const ck_butterfly *b, const float *packed, const float *in, const float *in_second, float *out,
    float *out_second, const ck_butterfly_next *next, float *work) {
  tiles_forward(b, packed, in, in_second, out, out_second, next, work);
}

void ck_butterfly_backward_two_avx512(
    const ck_butterfly *b, const float *packed, const float *in, const float *in_second,
    const float *out_gradient, const float *out_gradient_second, float *in_gradient, float *in_gradient_second,
    float *packed_gradient, const ck_butterfly_next *next, float *work) {
  tiles_backward(
      b, packed, in, in_second, out_gradient, out_gradient_second, in_gradient, in_gradient_second,
      packed_gradient, next, work);
}
#pragma clang attribute pop
#else
typedef int ck_no_avx512_two;
#endif
