#include <fftw3.h>

/// FFTW's version and instruction sets; the array itself has no size in the header and so no name in Swift.
static inline const char *_Nonnull kaleidoscope_fftwf_version(void) { return fftwf_version; }
