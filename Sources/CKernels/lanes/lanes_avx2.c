#if defined(__x86_64__)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define V 8
#define CK_TABLE ck_lanes_avx2
#define CK_NAME "avx2+fma"
#define CK_FUSED 1
#include "lane_table.h"
#pragma clang attribute pop
#else
typedef int ck_no_lanes_avx2;
#endif
