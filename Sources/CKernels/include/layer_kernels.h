#ifndef KALEIDOSCOPE_LAYER_KERNELS_H
#define KALEIDOSCOPE_LAYER_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "instruction_sets.h"

#pragma clang assume_nonnull begin

/// The kernels of neural network layers, for one instruction set.
///
/// All instruction sets apply the same operations to each element in the same order, whatever its position
/// and the number of rows, so results are identical wherever there is a fused multiply-add.
typedef struct {
  /// "avx512", "avx2+fma", "neon" or "baseline".
  const char *name;

  /// The number of outputs of a dense layer per panel of packed weights.
  int32_t panel;

  /// Packs the weights [outputs, inputs] and the bias [outputs] of a dense layer: for each panel its biases,
  /// then for each input the weights of the panel's outputs, padded with zeros beyond the last output.
  ///
  /// `packed` has room for ⌈outputs / panel⌉ · panel · (inputs + 1) floats and is aligned to CK_ALIGNMENT.
  void (*dense_pack)(
      const float *weights, const float *_Nullable bias, size_t outputs, size_t inputs, float *packed);

  /// Packs a matrix [inputs, outputs], its rows `stride` apart, as dense_pack packs its transpose without
  /// bias.
  void (*dense_pack_rows)(const float *rows, size_t stride, size_t outputs, size_t inputs, float *packed);

  /// to[c · to_stride + r] = from[r · stride + c] for r < rows and c < columns.
  void (*transpose)(
      const float *from, size_t rows, size_t columns, size_t stride, float *to, size_t to_stride);

  /// out[r · outputs + n] = bias[n] + Σ_k weights[n, k] · x[r · inputs + k], k ascending, for r < count.
  void (*dense)(const float *packed, size_t outputs, size_t inputs, const float *x, size_t count, float *out);

  /// out[r · outputs + n] = scale · Σ_k weights[n, k] · x[r · inputs + k] (+ out[r · outputs + n] if `adds`,
  /// with a fused multiply-add).
  ///
  /// `packed` has no bias.
  void (*dense_product)(
      const float *packed, size_t outputs, size_t inputs, const float *x, size_t count, float scale,
      bool adds, float *out);

  /// out[o · width + c] = Σ_j weights[o · frames + j] · x[j][c], j ascending, fused, for j < frames and
  /// o < outputs: a convolution over time, the same for each column c < width.
  void (*depthwise)(
      const float *weights, size_t outputs, size_t frames, float *_Nonnull const *_Nonnull x, size_t width,
      float *out);

  /// weight_gradient[o · frames + j] += Σ_r Σ_c gradient[(r · outputs + o) · width + c] · x[r + j][c], r <
  /// count.
  ///
  /// Summed in eight chains, column c in chain c mod 8, r ascending; the chains are added in pairs (0 and 4,
  /// then 0 and 2, then 0 and 1).
  void (*depthwise_weight_gradient)(
      const float *gradient, size_t count, size_t outputs, size_t frames, float *_Nonnull const *_Nonnull x,
      size_t width, float *weight_gradient);

  /// input_gradient[j][c] += Σ_o weights[o · frames + j] · gradient[o · width + c], o ascending, fused.
  ///
  /// In ascending order of j, since several frames may be the same row.
  void (*depthwise_input_gradient)(
      const float *weights, size_t outputs, size_t frames, const float *gradient, size_t width,
      float *_Nonnull const *_Nonnull input_gradient);

  /// out[i] = max(x[i], 0); in place if `out` is `x`. Keeps NaN and −0.
  void (*rectify)(const float *x, size_t n, float *out);

  /// out[i] = gradient[i] where y[i] > 0, else 0; in place if `out` is `gradient`.
  void (*rectify_gradient)(const float *gradient, const float *y, size_t n, float *out);

  /// out[i] = 1 / (1 + exp(−x[i])), within 3 ulp; in place if `out` is `x`. Keeps NaN.
  void (*sigmoid)(const float *x, size_t n, float *out);

  /// out[i] = tanh x[i], within 3 ulp; in place if `out` is `x`. Keeps NaN.
  void (*tanh)(const float *x, size_t n, float *out);
} ck_layer_kernels;

/// The kernels for the instruction set in use.
const ck_layer_kernels *ck_layers_best(void);

/// The kernels for instruction set `index` < `ck_instruction_set_count()`.
const ck_layer_kernels *ck_layers_at(int32_t index);

#pragma clang assume_nonnull end

#endif
