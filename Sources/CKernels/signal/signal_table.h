// The table of signal kernels, compiled once per instruction set. The including file defines
//   V         the number of lanes of a vector: 4, 8 or 16
//   CK_FUSED  1 if a fused multiply-add is one instruction
//   CK_TABLE, CK_NAME
#include <string.h>

#include "signal_kernels.h"

#include "vectors.h"

#include "logarithm.h"

#include "dither_kernel.h"
#include "sample_kernels.h"
#include "spectrum_kernels.h"

const ck_signal_kernels CK_TABLE = {
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
};
