// The kernels of layers, compiled once per instruction set. The including file defines
//   V         lanes of a vector: 4, 8 or 16
//   CK_FUSED  1 where a fused multiply-add is one instruction
//   CK_ROWS   rows of a register block: twice as many vectors of sums fit the registers
//   CK_TABLE, CK_NAME
#include <stdbool.h>
#include <string.h>

#include "kernels.h"
#include "layers.h"

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
    .tangent = tangent,
};
