#ifndef KALEIDOSCOPE_SIGNAL_KERNELS_H
#define KALEIDOSCOPE_SIGNAL_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "instruction_sets.h"

#pragma clang assume_nonnull begin

/// The largest number of frames per group, in any instruction set.
#define CK_MAXIMUM_GROUP 16

/// The triangles of a mel filter bank, cut at their feet and centers into bins + 1 segments: in segment s the
/// triangle of bin s rises and that of bin s − 1 falls. Each side is summed in four lanes, point i of the
/// segment in lane i mod 4, as (l₀ + l₁) + (l₂ + l₃), and a bin is its rising side plus its falling side.
typedef struct {
  int32_t bins;
  /// The number of points in each of the bins + 1 segments. Segments are adjacent, starting at `first_point`.
  const int32_t *widths;
  /// Four rising weights, then four falling ones, for every four points of a segment; the last group of a
  /// segment is padded with zeros.
  const float *weights;
  /// The range of points [first_point, end_point) that contains all triangles.
  int32_t first_point, end_point;
  /// The lower limit of the sums.
  float floor;
  /// Whether the natural logarithm of the sums is taken.
  bool logarithm;
} ck_filter_bank;

/// The kernels from samples to features, for one instruction set.
///
/// All instruction sets apply the same operations to each element in the same order, so results are identical
/// wherever there is a fused multiply-add; the baseline on x86-64 has none and rounds once more. Results
/// never depend on alignment, on remainders of loops, or on whether a frame is processed alone or in a group.
typedef struct {
  /// "avx512", "avx2+fma", "neon" or "baseline".
  const char *name;
  /// The number of frames per group, one per lane: 4, 8 or 16.
  int32_t group;

  /// out[i] = (float)in[i]
  void (*convert_int16)(const int16_t *in, float *out, size_t n);

  /// Σ x[i], exact for Int16-valued samples up to n = 8192.
  double (*sum)(const float *x, size_t n);

  /// Σ (x[i] − mean)²
  float (*energy)(const float *x, size_t n, float mean);

  /// out[i] = ((x[i] − c·x[i−1]) − mean · (1 − c)) · w[i], with x[−1] = x[0], and mean that of x if
  /// `removes_mean`, else zero: DC removal, pre-emphasis and window in one pass. Returns the mean. n ≥ 1.
  float (*window)(const float *x, const float *w, float *out, size_t n, float c, bool removes_mean);

  /// out[k] = 4 |X_k|² (or 2 |X_k|) for k = 0 … m. X is the transform of 2m real points, of which the even
  /// and odd ones were transformed as the real and imaginary parts of `z`, interleaved.
  ///
  /// z has room for m + 1 points, and z[m] is written. `twiddles` holds the m/2 + 1 real parts of
  /// exp(−πik/m), then the imaginary parts, each padded to a multiple of CK_SLACK.
  void (*power)(float *z, const float *twiddles, size_t m, bool magnitude, float *out);

  /// Mel sums of one spectrum. `scratch` has room for 2 · bins + CK_SLACK floats.
  void (*mel)(const ck_filter_bank *bank, const float *power, float *scratch, float *out);

  /// Mel sums of a group of spectra, row f at power + f · stride: out[b · group + f]. `scratch` has room for
  /// end_point · group floats, `out` for bins · group.
  void (*mel_group)(
      const ck_filter_bank *bank, const float *power, size_t stride, float *scratch, float *out);

  /// out[k] = Σ_b matrix[k · columns + b] · x[b], b ascending.
  void (*matrix)(const float *matrix, size_t rows, size_t columns, const float *x, float *out);

  /// `matrix` for a group: out[k · group + f] = Σ_b matrix[k · columns + b] · x[b · group + f].
  void (*matrix_group)(const float *matrix, size_t rows, size_t columns, const float *x, float *out);

  /// rows[f · channels + c] = x[c · group + f] for f < frames.
  void (*store_rows)(const float *x, size_t channels, size_t frames, float *rows);

  /// The natural logarithm, in place; within 1 ulp for every x ≥ 2⁻¹²⁶. Keeps infinity and NaN.
  void (*logarithm)(float *x, size_t n);

  /// x[i] += scale · g(seed, utterance, frame, i) with g standard normal.
  ///
  /// Source: Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011), Philox4x32-10 with the seed
  /// as key and utterance, frame (48 bits) and ⌊i / 4⌋ as counter; Box and Muller (1958).
  void (*dither)(float *x, size_t n, float scale, uint64_t seed, uint64_t utterance, uint64_t frame);
} ck_signal_kernels;

/// The kernels for the instruction set in use.
const ck_signal_kernels *ck_signal_best(void);

/// The kernels for instruction set `index` < `ck_instruction_set_count()`.
const ck_signal_kernels *ck_signal_at(int32_t index);

#pragma clang assume_nonnull end

#endif
