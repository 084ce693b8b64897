#ifndef KALEIDOSCOPE_LANE_KERNELS_H
#define KALEIDOSCOPE_LANE_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "instruction_sets.h"

#pragma clang assume_nonnull begin

/// The number of floats per position of a tile: 8 real parts and then 8 imaginary parts, or 16 real numbers.
#define CK_TILE_ROW 16

/// A band of a spectrum, and the offset of its first weight.
typedef struct {
  int32_t first_point, width, offset;
} ck_band;

/// The kernels on 8 frames or vectors at a time, one per lane, for one instruction set.
///
/// No lane depends on another. Products and sums are rounded separately, so all instruction sets give
/// identical results.
typedef struct {
  /// "avx512", "avx2+fma", "neon" or "baseline".
  const char *name;

  /// tile[i · tile_stride + l] = rows[l · row_stride + i] for i < length and l < lanes ≤ 8.
  void (*load)(
      const float *rows, size_t row_stride, size_t lanes, size_t length, float *tile, size_t tile_stride);

  /// rows[l · row_stride + i] = tile[i · tile_stride + l] for i < length and l < lanes ≤ 8.
  void (*store)(
      const float *tile, size_t tile_stride, size_t lanes, size_t length, float *rows, size_t row_stride);

  /// out[8 c + l] = |z|² of lane l at position positions[c] of a complex tile.
  void (*power)(const float *tile, const int32_t *positions, size_t count, float *out);

  /// Replaces z at the positions by the gradient with respect to it: 2 g z, or 2 g z / (|z|² + offset) if the
  /// output is log(|z|² + offset).
  void (*power_gradient)(
      float *tile, const int32_t *positions, size_t count, const float *gradient, bool logarithm,
      float offset);

  /// out[8 b + l] = Σ weights[offset + i] · power[8 (first_point + i) + l] over i < width of band b.
  ///
  /// Summed as eight partial sums (i mod 8) over all multiples of eight, added as ((0 + 4) + (2 + 6)) +
  /// ((1 + 5) + (3 + 7)), then the remaining terms one by one.
  void (*pool)(const ck_band *bands, size_t count, const float *weights, const float *power, float *out);
} ck_lane_kernels;

/// The kernels for the instruction set in use.
const ck_lane_kernels *ck_lanes_best(void);

/// The kernels for instruction set `index` < `ck_instruction_set_count()`.
const ck_lane_kernels *ck_lanes_at(int32_t index);

#pragma clang assume_nonnull end

#endif
