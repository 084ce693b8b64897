#if defined(__x86_64__)
#include <immintrin.h>

#pragma clang attribute push( \
    __attribute__((target("avx2,fma,avx512f,avx512dq,avx512bw,avx512vl"))), apply_to = function)
#define V 16
#define CK_TABLE ck_layers_avx512
#define CK_NAME "avx512"
#define CK_FUSED 1
#define CK_ROWS 8
#include "layer_kernels.h"
#pragma clang attribute pop
#else
typedef int ck_no_avx512_layers;
#endif
