// Two tiles at once, one in each half of the vectors. The including file defines, beside what `frame_kernels.h` asks for,
//   LANES            16
//   CK_FORWARD_TWO, CK_BACKWARD_TWO   names of functions
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

void CK_FORWARD_TWO(
    const ck_butterfly *b, const float *packed, const ck_butterfly_ends *in, const ck_butterfly_ends *out,
    const ck_butterfly_ends *next_in, const ck_butterfly_ends *next_out, float *work) {
  tiles_forward(
      b, packed, &in->first, &in->second, &out->first, &out->second, prefetching_begin(b, next_in, next_out),
      work);
}

void CK_BACKWARD_TWO(
    const ck_butterfly *b, const float *packed, const ck_butterfly_ends *in, const ck_butterfly_ends *out_gradient,
    const ck_butterfly_ends *in_gradient, float *packed_gradient, const ck_butterfly_ends *next_in,
    const ck_butterfly_ends *next_out_gradient, float *work) {
  tiles_backward(
      b, packed, &in->first, &in->second, &out_gradient->first, &out_gradient->second,
      in_gradient ? &in_gradient->first : 0, in_gradient ? &in_gradient->second : 0, packed_gradient,
      prefetching_begin(b, next_in, next_out_gradient), work);
}
