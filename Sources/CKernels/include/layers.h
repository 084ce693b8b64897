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
