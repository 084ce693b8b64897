// Checks the kernels of every instruction set of this processor against double precision.
#include "butterfly_checks.h"
#include "frame_checks.h"
#include "lane_checks.h"

int main(void) {
  for (int32_t i = 0; i < ck_instruction_set_count(); i++) {
    const ck_signal_kernels *signal = ck_signal_at(i);
    check_samples(signal);
    check_logarithm(signal);
    check_matrix(signal);
    check_layers(ck_layers_at(i));
    check_lanes(ck_lanes_at(i));
    static const size_t widths[] = {1, 3, 7, 8, 9, 16, 17, 40, 41};
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) check_depthwise(ck_layers_at(i), widths[w]);
    check_rectifier(ck_layers_at(i));
    check_butterflies(ck_butterfly_at(i));
    printf("%s: %d checks, %d failed\n", signal->name, check_count, failure_count);
  }
  return failure_count > 0;
}
