#include "kernels.h"

extern const ck_kernels ck_kernels_baseline;
#if defined(__x86_64__)
extern const ck_kernels ck_kernels_avx2;
extern const ck_kernels ck_kernels_avx512;
#endif

int32_t ck_count(void) {
#if defined(__x86_64__)
  // The builtins ask the operating system too whether it saves the wide registers.
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return 1;
#ifdef CK_WIDE_ON_AVX2
  return 3;
#endif
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512dq") ||
      !__builtin_cpu_supports("avx512bw") || !__builtin_cpu_supports("avx512vl")) {
    return 2;
  }
  return 3;
#else
  return 1;
#endif
}

const ck_kernels *ck_at(int32_t index) {
#if defined(__x86_64__)
  if (index == 2) return &ck_kernels_avx512;
  if (index == 1) return &ck_kernels_avx2;
#endif
  (void)index;
  return &ck_kernels_baseline;
}

const ck_kernels *ck_best(void) { return ck_at(ck_count() - 1); }
