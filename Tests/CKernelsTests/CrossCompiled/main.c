// The kernels of each instruction set of the processor that runs this, against plain double precision.
#include "butterfly_checks.h"
#include "frame_checks.h"
#include "lane_checks.h"

int main(void) {
  for (int32_t i = 0; i < ck_count(); i++) {
    const ck_kernels *k = ck_at(i);
    check_samples(k);
    check_logarithm(k);
    check_matrix(k);
    check_layers(ck_layers_at(i));
    check_lanes(k);
    static const size_t widths[] = {1, 3, 7, 8, 9, 16, 17, 40, 41};
    for (size_t w = 0; w < sizeof widths / sizeof *widths; w++) check_depthwise(ck_layers_at(i), widths[w]);
    check_rectifier(ck_layers_at(i));
    check_butterflies(k);
    printf("%s: %d checks, %d failed\n", k->name, check_count, failure_count);
  }
  return failure_count > 0;
}
