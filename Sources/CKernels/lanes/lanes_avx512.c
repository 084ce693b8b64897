#if defined(__x86_64__)
#include <immintrin.h>

#include "avx512_target.h"

#pragma clang attribute push(__attribute__((CK_WIDE_TARGET)), apply_to = function)
#define V 16
#define CK_TABLE ck_lanes_avx512
#define CK_NAME CK_WIDE_NAME
#define CK_FUSED 1
#include "lane_table.h"
#pragma clang attribute pop
#else
typedef int ck_no_lanes_avx512;
#endif
