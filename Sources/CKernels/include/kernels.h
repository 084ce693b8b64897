#ifndef KALEIDOSCOPE_KERNELS_H
#define KALEIDOSCOPE_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// Largest number of frames that a group kernel takes at once, in any instruction set.
#define CK_MAXIMUM_GROUP 16
/// Floats that a kernel may read, but does not use, beyond the end of a buffer; and the alignment of scratch in bytes.
#define CK_SLACK 64
#define CK_ALIGNMENT 64

/// The triangles of a mel filter bank, cut at their feet and centres into bins + 1 segments: in segment s the triangle
/// of bin s rises and that of bin s − 1 falls. Each side is summed in four lanes, point i of the segment in lane
/// i mod 4, as (l₀ + l₁) + (l₂ + l₃), and a bin is its rise plus its fall.
typedef struct {
  int32_t bins;
  /// Points in each segment, bins + 1 of them. Segments follow each other without a gap from `firstPoint` on.
  const int32_t *widths;
  /// For every four points of a segment, or what is left of them, four rising weights and four falling ones.
  const float *weights;
  /// The points [firstPoint, endPoint) hold every triangle.
  int32_t firstPoint, endPoint;
  /// Sums below it are raised to it.
  float floor;
  /// Takes the natural logarithm of the sums.
  bool logarithm;
} ck_filter_bank;

/// The kernels of one instruction set.
///
/// All of them give each element the same operations in the same order, so that their bits agree wherever a fused
/// multiply-add is at hand; the baseline on x86-64 has none and rounds once more. Bits never depend on alignment, on
/// how many elements are left over, or on whether a frame goes alone or in a group.
typedef struct {
  /// "avx512", "avx2+fma", "neon" or "baseline".
  const char *name;
  /// Frames in a group, the number of lanes: 4, 8 or 16.
  int32_t group;

  /// out[i] = (float)in[i]
  void (*convert_int16)(const int16_t *in, float *out, size_t n);

  /// The sum of x[0 ..< n], exact for Int16-valued samples up to n = 8192.
  double (*sum)(const float *x, size_t n);

  /// Σ (x[i] − mean)²
  float (*energy)(const float *x, size_t n, float mean);

  /// out[i] = ((x[i] − c·x[i−1]) − mean · (1 − c)) · w[i], where x[−1] stands for x[0], and mean for that of x if
  /// `removes_mean` and for zero otherwise: DC offset, pre-emphasis and window in one. Gives the mean. n ≥ 1.
  float (*window)(const float *x, const float *w, float *out, size_t n, float c, bool removes_mean);

  /// |X_k|² (or |X_k|) · 4 for k = 0 … m, X the transform of 2m real points whose even and odd ones were transformed
  /// as the real and imaginary parts of `z`, interleaved. z has room for m + 1 points and z[m] is written.
  /// `twiddles` holds the m/2 + 1 real parts of exp(−πik/m), then as many imaginary ones, each padded to `CK_SLACK`.
  void (*power)(float *z, const float *twiddles, size_t m, bool magnitude, float *out);

  /// Mel sums of one spectrum. Room for 2 · bins + CK_SLACK floats at `scratch`.
  void (*mel)(const ck_filter_bank *bank, const float *power, float *scratch, float *out);

  /// Mel sums of a group of spectra, row f at power + f · stride: out[b · group + f]. Room for endPoint · group floats
  /// at `scratch`, for bins · group at `out`.
  void (*mel_group)(const ck_filter_bank *bank, const float *power, size_t stride, float *scratch, float *out);

  /// out[k] = Σ_b matrix[k · columns + b] · x[b], b ascending.
  void (*matrix)(const float *matrix, size_t rows, size_t columns, const float *x, float *out);

  /// The same for a group: out[k · group + f] = Σ_b matrix[k · columns + b] · x[b · group + f].
  void (*matrix_group)(const float *matrix, size_t rows, size_t columns, const float *x, float *out);

  /// rows[f · channels + c] = x[c · group + f] for f < frames.
  void (*store_rows)(const float *x, size_t channels, size_t frames, float *rows);

  /// Natural logarithm, in place; at most 1 ulp off for every x ≥ 2⁻¹²⁶. Infinity and not-a-number stay what they are.
  void (*logarithm)(float *x, size_t n);

  /// x[i] += scale · g(seed, utterance, frame, i), g standard normal: Philox4x32-10 keyed by the seed, its counter made
  /// of utterance, frame (48 bits) and i div 4, then Box and Muller.
  void (*dither)(float *x, size_t n, float scale, uint64_t seed, uint64_t utterance, uint64_t frame);
} ck_kernels;

/// The best kernels for this processor, chosen once.
const ck_kernels *ck_best(void);

/// How many instruction sets this processor can run, worst first.
int32_t ck_count(void);

/// One of them, 0 ≤ index < `ck_count()`.
const ck_kernels *ck_at(int32_t index);

/// Asks for memory that will be read soon. Never faults.
static inline void ck_prefetch(const void *start, size_t bytes) {
  for (size_t i = 0; i < bytes; i += 64) __builtin_prefetch((const char *)start + i, 0, 2);
}

/// Asks for memory that will be written soon. Never faults.
static inline void ck_prefetch_for_writing(const void *start, size_t bytes) {
  for (size_t i = 0; i < bytes; i += 64) __builtin_prefetch((const char *)start + i, 1, 3);
}

#pragma clang assume_nonnull end

#endif
