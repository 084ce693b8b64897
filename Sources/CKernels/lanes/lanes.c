#include "lane_kernels.h"

extern const ck_lane_kernels ck_lanes_baseline;
#if defined(__x86_64__)
extern const ck_lane_kernels ck_lanes_avx2;
extern const ck_lane_kernels ck_lanes_avx512;
#endif

const ck_lane_kernels *ck_lanes_at(int32_t index) {
#if defined(__x86_64__)
  if (index == 2) return &ck_lanes_avx512;
  if (index == 1) return &ck_lanes_avx2;
#endif
  (void)index;
  return &ck_lanes_baseline;
}

const ck_lane_kernels *ck_lanes_best(void) { return ck_lanes_at(ck_instruction_set()); }
