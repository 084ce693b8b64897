#include "butterfly_kernels.h"

extern const ck_butterfly_kernels ck_butterfly_baseline;
#if defined(__x86_64__)
extern const ck_butterfly_kernels ck_butterfly_avx2;
extern const ck_butterfly_kernels ck_butterfly_avx512;
#endif

const ck_butterfly_kernels *ck_butterfly_at(int32_t index) {
#if defined(__x86_64__)
  if (index == 2) return &ck_butterfly_avx512;
  if (index == 1) return &ck_butterfly_avx2;
#endif
  (void)index;
  return &ck_butterfly_baseline;
}

const ck_butterfly_kernels *ck_butterfly_best(void) {
  return ck_butterfly_at(ck_instruction_set());
}
