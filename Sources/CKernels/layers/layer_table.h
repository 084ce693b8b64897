// The table of layer kernels, compiled once per instruction set. The including file defines
//   V         the number of lanes of a vector: 4, 8 or 16
//   CK_FUSED  1 if a fused multiply-add is one instruction
//   CK_ROWS   the number of rows of a register block, whose sums fit the registers
//   CK_TABLE, CK_NAME
#include <string.h>

#include "layer_kernels.h"

#include "vectors.h"

#include "dense_kernel.h"
#include "depthwise_kernel.h"
#include "rectifier_kernel.h"
#include "sigmoid_kernel.h"

const ck_layer_kernels CK_TABLE = {
    .name = CK_NAME,
    .panel = PANEL,
    .dense_pack = dense_pack,
    .dense_pack_rows = dense_pack_rows,
    .transpose = transpose,
    .dense = dense,
    .dense_product = dense_product,
    .depthwise = depthwise,
    .depthwise_weight_gradient = depthwise_weight_gradient,
    .depthwise_input_gradient = depthwise_input_gradient,
    .rectify = rectify,
    .rectify_gradient = rectify_gradient,
    .sigmoid = sigmoid,
    .tanh = hyperbolic_tangent,
};
