// The instructions of every processor of the architecture: SSE2 on x86-64, NEON with fused multiply-add on
// arm64.
#define V 4
#define CK_TABLE ck_butterfly_baseline
#if defined(__aarch64__)
#define CK_NAME "neon"
#define CK_FUSED 1
#else
#define CK_NAME "baseline"
#define CK_FUSED 0
#endif
#include "butterfly_table.h"
