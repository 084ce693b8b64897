#include "instruction_sets.h"

#include <stdatomic.h>

#if defined(__x86_64__) && defined(__has_include)
#if __has_include(<sys/platform/x86.h>)
#include <sys/platform/x86.h>
// Whether the C library uses a feature: the processor has it, and GLIBC_TUNABLES does not mask it.
#define CK_USES(feature) CPU_FEATURE_ACTIVE(feature)
#define CK_KNOWS_USE 1
#endif
#endif
#ifndef CK_USES
#define CK_USES(feature) 1
#endif

int32_t ck_instruction_set_count(void) {
#if defined(__x86_64__)
  // The builtins also check that the operating system saves the wide registers.
  if (!__builtin_cpu_supports("avx2") || !__builtin_cpu_supports("fma")) return 1;
  if (!CK_USES(AVX2) || !CK_USES(FMA)) return 1;
#ifdef CK_WIDE_ON_AVX2
  return 3;
#endif
  if (!__builtin_cpu_supports("avx512f") || !__builtin_cpu_supports("avx512dq") ||
      !__builtin_cpu_supports("avx512bw") || !__builtin_cpu_supports("avx512vl")) {
    return 2;
  }
  return CK_USES(AVX512F) && CK_USES(AVX512DQ) && CK_USES(AVX512BW) && CK_USES(AVX512VL) ? 3 : 2;
#else
  return 1;
#endif
}

// -1 until it is settled.
static _Atomic int32_t settled = -1;

static bool settle(int32_t index) {
  int32_t before = -1;
  return atomic_compare_exchange_strong(&settled, &before, index) || before == index;
}

int32_t ck_instruction_set(void) {
  int32_t index = atomic_load_explicit(&settled, memory_order_relaxed);
  if (index < 0) {
    settle(ck_instruction_set_count() - 1);
    index = atomic_load(&settled);
  }
  return index;
}

bool ck_choose_instruction_set(int32_t index) {
  return index >= 0 && index < ck_instruction_set_count() && settle(index);
}

bool ck_math_library_fits(int32_t index) {
#if defined(__x86_64__)
  if (index > 0) return CK_USES(AVX2) && CK_USES(FMA);
#ifdef CK_KNOWS_USE
  return !CK_USES(AVX) && !CK_USES(AVX2) && !CK_USES(FMA) && !CK_USES(FMA4);
#else
  return false;
#endif
#else
  return index == 0;
#endif
}
