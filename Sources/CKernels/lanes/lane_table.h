// The table of lane kernels, compiled once per instruction set. The including file defines
//   V         the number of lanes of a vector: 4, 8 or 16
//   CK_FUSED  1 if a fused multiply-add is one instruction
//   CK_TABLE, CK_NAME
#include <string.h>

#include "lane_kernels.h"

#include "vectors.h"

#include "tile_transposition.h"

#include "lane_operations.h"

const ck_lane_kernels CK_TABLE = {
    .name = CK_NAME,
    .load = tile_load,
    .store = tile_store,
    .power = lanes_power,
    .power_gradient = lanes_power_gradient,
    .pool = lanes_pool,
};
