#ifndef KALEIDOSCOPE_LAYERS_H
#define KALEIDOSCOPE_LAYERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// What layers of a network need of one instruction set.
///
/// Every element is given the same operations in the same order by all of them, whatever the number of rows and wherever
/// an element stands, so bits agree wherever a fused multiply-add is at hand.
typedef struct {
  /// "avx512", "avx2+fma", "neon" or "baseline".
  const char *name;

  /// Outputs of a dense layer that stand side by side in packed weights: a panel.
  int32_t panel;

  /// Packs the weights [outputs, inputs] and the bias [outputs] of a dense layer: for each panel its biases, then for
  /// each input the weights of the panel's outputs, zeros beyond the last output. `packed` has room for
  /// ⌈outputs / panel⌉ · panel · (inputs + 1) floats on a boundary of CK_ALIGNMENT.
  void (*dense_pack)(
      const float *weights, const float *_Nullable bias, size_t outputs, size_t inputs, float *packed);

  /// Packs a matrix [inputs, outputs], its rows `stride` apart, as dense_pack packs the transpose of it without bias.
  void (*dense_pack_rows)(const float *rows, size_t stride, size_t outputs, size_t inputs, float *packed);

  /// to[c · to_stride + r] = from[r · stride + c] for the rows r < rows and the columns c < columns.
  void (*transpose)(
      const float *from, size_t rows, size_t columns, size_t stride, float *to, size_t to_stride);

  /// out[r · outputs + n] = bias[n] + Σ_k weights[n, k] · x[r · inputs + k], k ascending, for the rows r < count.
  void (*dense)(const float *packed, size_t outputs, size_t inputs, const float *x, size_t count, float *out);

  /// The same without bias, times `scale`, and where `adds` added to what is there, the product with the scale fused:
  /// out[r · outputs + n] = scale · Σ_k weights[n, k] · x[r · inputs + k] (+ out[r · outputs + n]).
  ///
  /// `packed` is of no bias.
  void (*dense_product)(
      const float *packed, size_t outputs, size_t inputs, const float *x, size_t count, float scale, bool adds,
      float *out);

  /// A convolution over time, the same for each column of rows of `width` numbers:
  /// out[o · width + c] = Σ_j weights[o · frames + j] · x[j][c], j ascending, fused, for j < frames and o < outputs.
  void (*depthwise)(
      const float *weights, size_t outputs, size_t frames, float *_Nonnull const *_Nonnull x, size_t width,
      float *out);

  /// weight_gradient[o · frames + j] += Σ_r Σ_c gradient[(r · outputs + o) · width + c] · x[r + j][c] for r < count: columns
  /// in eight chains, column c in chain c mod 8, r ascending, the chains added in pairs (0 and 4, then 0 and 2, then 0 and 1).
  void (*depthwise_weight_gradient)(
      const float *gradient, size_t count, size_t outputs, size_t frames, float *_Nonnull const *_Nonnull x,
      size_t width, float *weight_gradient);

  /// input_gradient[j][c] += Σ_o weights[o · frames + j] · gradient[o · width + c], o ascending, fused, then added; j
  /// ascending, since several frames may be one row.
  void (*depthwise_input_gradient)(
      const float *weights, size_t outputs, size_t frames, const float *gradient, size_t width,
      float *_Nonnull const *_Nonnull input_gradient);

  /// out[i] = max(x[i], 0); in place if `out` is `x`. Not-a-number and −0 stay what they are.
  void (*rectify)(const float *x, size_t n, float *out);

  /// out[i] = gradient[i] where y[i] > 0, else 0; in place if `out` is `gradient`.
  void (*rectify_gradient)(const float *gradient, const float *y, size_t n, float *out);

  /// out[i] = 1 / (1 + exp(−x[i])), at most 3 ulp off; in place if `out` is `x`. Not-a-number stays what it is.
  void (*sigmoid)(const float *x, size_t n, float *out);

  /// out[i] = tanh x[i], at most 3 ulp off; in place if `out` is `x`. Not-a-number stays what it is.
  void (*tangent)(const float *x, size_t n, float *out);
} ck_layer_kernels;

/// The best kernels for this processor.
const ck_layer_kernels *ck_layers_best(void);

/// Those of one instruction set, 0 ≤ index < `ck_count()`, worst first.
const ck_layer_kernels *ck_layers_at(int32_t index);

#pragma clang assume_nonnull end

#endif
