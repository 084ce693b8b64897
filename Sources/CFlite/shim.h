#include <flite/flite.h>
#include <flite/flite_version.h>

// Flite's headers declare no voice: each library exports a function that makes its one voice and gives it
// ever after.
cst_voice *_Nullable register_cmu_us_slt(const char *_Nullable voice_folder);
cst_voice *_Nullable register_cmu_us_rms(const char *_Nullable voice_folder);
cst_voice *_Nullable register_cmu_us_awb(const char *_Nullable voice_folder);
cst_voice *_Nullable register_cmu_us_kal16(const char *_Nullable voice_folder);
