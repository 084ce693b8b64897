#include "instruction_sets.h"

int32_t ck_instruction_set_count(void) {
#if defined(__x86_64__)
  // The builtins also check that the operating system saves the wide registers.
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
