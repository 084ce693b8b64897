// The kernels, compiled once per instruction set. The including file defines
//   V         lanes of a vector: 4, 8 or 16
//   CK_FUSED  1 where a fused multiply-add is one instruction
//   CK_TABLE, CK_NAME
// The parts have no include guards: each instruction set compiles them anew.
#include <string.h>

#include "kernels.h"

#include "vectors.h"

#include "signal/logarithm.h"

#include "signal/dither_kernel.h"
#include "signal/sample_kernels.h"
#include "signal/spectrum_kernels.h"

#include "butterfly/tile_kernels.h"

#include "lanes/lane_kernels.h"

#define LANES 8
#include "butterfly/butterfly_pairs.h"

#include "butterfly/butterfly_twiddles.h"

#include "butterfly/butterfly_places.h"

#include "butterfly/butterfly_unit.h"

#include "butterfly/butterfly_unit_packing.h"

#include "butterfly/butterfly_vector.h"

#include "butterfly/butterfly_rows.h"

#include "butterfly/butterfly_real.h"

#include "butterfly/butterfly_forward.h"

#include "butterfly/butterfly_backward.h"

#include "butterfly/butterfly_entries.h"

const ck_kernels CK_TABLE = {
    .name = CK_NAME,
    .group = V,
    .convert_int16 = convert_int16,
    .sum = sum,
    .energy = energy,
    .window = window,
    .power = power,
    .mel = mel,
    .mel_group = mel_group,
    .matrix = matrix,
    .matrix_group = matrix_group,
    .store_rows = store_rows,
    .logarithm = logarithm,
    .dither = dither,
    .tile_load = tile_load,
    .tile_store = tile_store,
    .lanes_power = lanes_power,
    .lanes_power_gradient = lanes_power_gradient,
    .lanes_pool = lanes_pool,
    .butterfly_pack = butterfly_pack,
    .butterfly_packed_counts = butterfly_packed_counts,
    .butterfly_pack_unit = butterfly_pack_unit,
    .butterfly_forward = butterfly_forward,
    .butterfly_backward = butterfly_backward,
    .butterfly_vector_count = butterfly_vector_count,
    .butterfly_vector_pack = butterfly_vector_pack,
    .butterfly_vector_forward = butterfly_vector_forward,
    .butterfly_unpack_gradient = butterfly_unpack_gradient,
    .butterfly_unpack_unit_gradient = butterfly_unpack_unit_gradient,
};
