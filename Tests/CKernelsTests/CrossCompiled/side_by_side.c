#define V 4
// As in the best kernels of the processor: a fused instruction, or the library's function, which is exact.
#define CK_FUSED 1
#define LANES 16
#define CK_FORWARD_TWO side_by_side_forward
#define CK_BACKWARD_TWO side_by_side_backward
#include "butterfly/two_tiles.h"
