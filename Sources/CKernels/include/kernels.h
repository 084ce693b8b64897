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

/// A band of a spectrum, and where its weights begin.
typedef struct {
  int32_t first_point, width, offset;
} ck_band;

/// Floats of one position of a tile: 8 real parts and then 8 imaginary ones, or 16 real numbers.
#define CK_TILE_ROW 16
/// Positions in a row of a tile that are followed by an unused one in working memory, so that positions 64 · 2^k apart
/// do not fall into one set of the cache.
#define CK_TILE_PITCH 64

/// Factors of a butterfly product that act in one pass over their positions.
typedef struct {
  /// 1, 2, or 4: four are merged to a dense 4 × 4 matrix, as strides d, e, e, d act on the same four positions.
  int32_t factors;
  /// The first of them.
  int32_t first_factor;
  /// Strides of the first factor and of the second.
  int32_t stride, next_stride;
  /// Three nested loops. In a phase over columns a step of the outer two, and the distances, are rows of
  /// `CK_TILE_PITCH` positions, in another phase single positions.
  int32_t groups, group_step, inner, columns, near, far;
} ck_butterfly_stage;

/// Stages whose positions stay in the nearest cache: runs of up to 64 positions, or some columns of the matrix that
/// has 64 positions a row.
typedef struct {
  bool over_columns;
  int32_t units, unit_columns;
  int32_t first_stage, stage_count;
} ck_butterfly_phase;

/// How a product of butterfly factors of one size is run: phase by phase, in it unit by unit, in it stage by stage.
///
/// Packed twiddles lie in this order: for each pair 4 numbers (real) or 4 real parts and 4 imaginary parts, for each
/// merged matrix 4 rows of as many.
typedef struct {
  int32_t size;
  bool is_complex;
  /// Whether of each complex 2 × 2 matrix two entries are one, as rows are scaled and the next factor takes the scales
  /// back: half of the multiplications. Packed pairs then have 2 numbers, and before all stands whether any two rows
  /// are exchanged; the last factor and merged ones stay as they are.
  bool has_unit_diagonals;
  /// Whether the first factor keeps its four entries nevertheless: those of a window, whose ends are almost zero, no
  /// scales serve.
  bool first_has_all_entries;
  int32_t phase_count, stage_count;
  const ck_butterfly_phase *phases;
  const ck_butterfly_stage *stages;
} ck_butterfly;

/// Factors of a butterfly product that act on one vector in one pass: 1, or 4 that are merged as in a stage.
typedef struct {
  int32_t factors, first_factor;
  int32_t stride, next_stride;
  /// Strides are below 8, and runs of 64 positions are transposed for them.
  bool is_transposed;
} ck_butterfly_pass;

/// Doubles of working memory for each position in packing and unpacking of unit diagonals.
#define CK_BUTTERFLY_CHANNEL 3

/// Tiles that are run at once at most.
#define CK_TILES 2

/// Vectors that a run reads or writes: a tile, or rows of numbers. Neither if there are none.
typedef struct {
  /// `size` rows of CK_TILE_ROW floats.
  float *_Nullable tile;
  /// The first of `count` rows, `stride` floats from one to the next, `length` numbers in each: complex ones are a real
  /// and an imaginary part. Positions from `length` on are zero, or not written, and so are vectors from `count` on.
  float *_Nullable rows;
  size_t stride;
  int32_t count, length;
  bool is_complex;
  /// 8 for a complex map, 16 for a real one. Of real rows in a complex map the imaginary parts are zero, or not written.
  int32_t lanes;
} ck_butterfly_vectors;

/// The vectors of one group, or of two that are run at once.
typedef struct {
  ck_butterfly_vectors first, second;
} ck_butterfly_ends;

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

  /// tile[i · tile_stride + l] = rows[l · row_stride + i] for i < length and l < lanes ≤ 8.
  void (*tile_load)(
      const float *rows, size_t row_stride, size_t lanes, size_t length, float *tile, size_t tile_stride);

  /// rows[l · row_stride + i] = tile[i · tile_stride + l] for i < length and l < lanes ≤ 8.
  void (*tile_store)(
      const float *tile, size_t tile_stride, size_t lanes, size_t length, float *rows, size_t row_stride);

  /// out[8 c + l] = |z|² of lane l at position positions[c] of a complex tile.
  void (*lanes_power)(const float *tile, const int32_t *positions, size_t count, float *out);

  /// Turns z at the positions into the gradient by it: 2 g z, or 2 g z / (|z|² + offset) of a logarithm.
  void (*lanes_power_gradient)(
      float *tile, const int32_t *positions, size_t count, const float *gradient, bool logarithm, float offset);

  /// out[8 b + l] = Σ weights[offset + i] · power[8 (first_point + i) + l] over i < width of band b, as eight partial
  /// sums (i mod 8) while eight are left, ((0 + 4) + (2 + 6)) + ((1 + 5) + (3 + 7)), then one after the other.
  void (*lanes_pool)(const ck_band *bands, size_t count, const float *weights, const float *power, float *out);

  /// Twiddles `[factors][size / 2][2][2]`, their imaginary parts `imaginary` floats further, in order of use; factors
  /// are multiplied where they are merged.
  void (*butterfly_pack)(
      const ck_butterfly *butterfly, const float *twiddles, size_t imaginary, float *packed);

  /// Floats of the packed twiddles, and of the scales of unit diagonals.
  void (*butterfly_packed_counts)(const ck_butterfly *butterfly, size_t *packed, size_t *scales);

  /// `butterfly_pack` for unit diagonals. Gives false if they do not serve these twiddles: a matrix has an entry that
  /// is 16 times as large as the one beside it that would become one, or a scale is not within 2^±30. `live` is the
  /// number of positions, from the first, that may hold other numbers than zero; `scales` is for unpacking and may be
  /// null; `work` has room for `CK_BUTTERFLY_CHANNEL · size` doubles.
  bool (*butterfly_pack_unit)(
      const ck_butterfly *butterfly, const float *twiddles, size_t imaginary, size_t live, float *packed,
      float *_Nullable scales, double *work);

  /// The product with 8 complex or 16 real vectors, or with twice as many; `in` and `out` may be the same tiles. `next_in`
  /// and `next_out` are those of the run that follows, which may be asked for in advance. `work` has room for
  /// `CK_TILES · ck_butterfly_rows(size)` rows.
  void (*butterfly_forward)(
      const ck_butterfly *butterfly, const float *packed, const ck_butterfly_ends *in,
      const ck_butterfly_ends *out, const ck_butterfly_ends *_Nullable next_in,
      const ck_butterfly_ends *_Nullable next_out, float *work);

  /// The gradient by the input, into `in_gradient` if it is not null, and by the packed twiddles, added to
  /// `packed_gradient`, of the gradient by the output. `in_gradient` lies as `in` does, in tiles or in rows, and
  /// `out_gradient` may be the same tiles. `work` has room for `CK_TILES · (stage_count + 1) · ck_butterfly_rows(size)`
  /// rows. Lanes are summed as ((0 + 4) + (2 + 6)) + ((1 + 5) + (3 + 7)); of two tiles, equal lanes may be added before.
  void (*butterfly_backward)(
      const ck_butterfly *butterfly, const float *packed, const ck_butterfly_ends *in,
      const ck_butterfly_ends *out_gradient, const ck_butterfly_ends *_Nullable in_gradient,
      float *packed_gradient, const ck_butterfly_ends *_Nullable next_in,
      const ck_butterfly_ends *_Nullable next_out_gradient, float *work);

  /// Floats of the twiddles in order of use by `butterfly_vector_forward`.
  size_t (*butterfly_vector_count)(
      const ck_butterfly *butterfly, const ck_butterfly_pass *passes, size_t pass_count);

  /// Twiddles in order of use by `butterfly_vector_forward`. `size` ≥ 64. `work` is as in `butterfly_pack_unit` and
  /// only used for unit diagonals.
  void (*butterfly_vector_pack)(
      const ck_butterfly *butterfly, const ck_butterfly_pass *passes, size_t pass_count, const float *twiddles,
      size_t imaginary, float *packed, double *work);

  /// The product with one vector, in place, with the bits that it gets in a batch. `im` is not used by a real one.
  void (*butterfly_vector_forward)(
      const ck_butterfly *butterfly, const ck_butterfly_pass *passes, size_t pass_count, const float *packed,
      float *re, float *im);

  /// Adds a gradient by packed twiddles to one by twiddles, laid out as in `butterfly_pack`; merged factors get the
  /// exact gradient of their product.
  void (*butterfly_unpack_gradient)(
      const ck_butterfly *butterfly, const float *twiddles, size_t imaginary, const float *packed_gradient,
      float *gradient);

  /// The same for unit diagonals, of what `butterfly_pack_unit` gave. The gradients by entries that are one follow
  /// from the others, exactly but for rounding.
  void (*butterfly_unpack_unit_gradient)(
      const ck_butterfly *butterfly, const float *twiddles, size_t imaginary, const float *packed,
      const float *scales, const float *packed_gradient, float *gradient, double *work);
} ck_kernels;

/// Rows of working memory that hold a tile of `size` positions.
static inline size_t ck_butterfly_rows(size_t size) { return size + size / CK_TILE_PITCH; }

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

#include "layers.h"
#include "square_root.h"

#endif
