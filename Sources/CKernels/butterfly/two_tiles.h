// Butterfly products of two tiles at once, one in each half of the vectors. The including file defines V and
// CK_FUSED as for `butterfly_table.h`, and
//   LANES                            16
//   CK_FORWARD_TWO, CK_BACKWARD_TWO  the names of the two functions
#include <string.h>

#include "butterfly_kernels.h"

#include "vectors.h"

#include "lanes/tile_transposition.h"

#include "butterfly_pairs.h"

#include "butterfly_indices.h"

#include "butterfly_rows.h"

#include "butterfly_real.h"

#include "butterfly_forward.h"

#include "butterfly_backward.h"

void CK_FORWARD_TWO(
    const ck_butterfly *b, const float *packed, const ck_tile_pair *in, const ck_tile_pair *out,
    const ck_tile_pair *next_in, const ck_tile_pair *next_out, float *work) {
  tiles_forward(
      b, packed, &in->first, &in->second, &out->first, &out->second, prefetching_begin(b, next_in, next_out),
      work);
}

void CK_BACKWARD_TWO(
    const ck_butterfly *b, const float *packed, const ck_tile_pair *in, const ck_tile_pair *out_gradient,
    const ck_tile_pair *in_gradient, float *packed_gradient, const ck_tile_pair *next_in,
    const ck_tile_pair *next_out_gradient, float *work) {
  tiles_backward(
      b, packed, &in->first, &in->second, &out_gradient->first, &out_gradient->second,
      in_gradient ? &in_gradient->first : 0, in_gradient ? &in_gradient->second : 0, packed_gradient,
      prefetching_begin(b, next_in, next_out_gradient), work);
}
