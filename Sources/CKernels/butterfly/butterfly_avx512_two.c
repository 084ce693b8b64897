#if defined(__x86_64__)
#include <immintrin.h>

#include "avx512_target.h"

#pragma clang attribute push(__attribute__((CK_WIDE_TARGET)), apply_to = function)
#define V 16
#define CK_FUSED 1
#define LANES 16
#define CK_FORWARD_TWO ck_butterfly_forward_two_avx512
#define CK_BACKWARD_TWO ck_butterfly_backward_two_avx512
#include "two_tiles.h"
#pragma clang attribute pop
#else
typedef int ck_no_butterfly_avx512_two;
#endif
