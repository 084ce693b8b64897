// The table of butterfly kernels, compiled once per instruction set. The including file defines
//   V         the number of lanes of a vector: 4, 8 or 16
//   CK_FUSED  1 if a fused multiply-add is one instruction
//   CK_TABLE, CK_NAME
#include <string.h>

#include "butterfly_kernels.h"

#include "vectors.h"

#include "lanes/tile_transposition.h"

#define LANES 8
#include "butterfly_pairs.h"

#include "butterfly_twiddles.h"

#include "butterfly_indices.h"

#include "butterfly_unit.h"

#include "butterfly_unit_packing.h"

#include "butterfly_vector.h"

#include "butterfly_rows.h"

#include "butterfly_real.h"

#include "butterfly_forward.h"

#include "butterfly_backward.h"

#include "butterfly_products.h"

const ck_butterfly_kernels CK_TABLE = {
    .name = CK_NAME,
    .tiles_at_once = V == 16 ? 2 : 1,
    .pack = butterfly_pack,
    .packed_counts = butterfly_packed_counts,
    .pack_unit = butterfly_pack_unit,
    .forward = butterfly_forward,
    .backward = butterfly_backward,
    .vector_count = butterfly_vector_count,
    .vector_pack = butterfly_vector_pack,
    .vector_forward = butterfly_vector_forward,
    .unpack_gradient = butterfly_unpack_gradient,
    .unpack_unit_gradient = butterfly_unpack_unit_gradient,
};
