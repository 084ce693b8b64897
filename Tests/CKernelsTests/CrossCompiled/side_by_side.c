#define V 4
// As the best kernels of the processor are: fused by an instruction, or by the library's function, which is exact.
#define CK_FUSED 1
#define LANES 16
#define CK_FORWARD_TWO side_by_side_forward
#define CK_BACKWARD_TWO side_by_side_backward
#include "butterfly/two_tiles.h"
