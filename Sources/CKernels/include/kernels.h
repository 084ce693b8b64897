#ifndef KALEIDOSCOPE_KERNELS_H
#define KALEIDOSCOPE_KERNELS_H

#include "butterfly_kernels.h"
#include "instruction_sets.h"
#include "lane_kernels.h"
#include "layer_kernels.h"
#include "signal_kernels.h"
#include "square_root.h"

#endif
