#ifndef KALEIDOSCOPE_BUTTERFLY_KERNELS_H
#define KALEIDOSCOPE_BUTTERFLY_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "lane_kernels.h"

#pragma clang assume_nonnull begin

/// The number of positions of a tile after which working memory has an unused row, so that positions 64 · 2^k
/// apart do not map to the same set of the cache.
#define CK_TILE_PITCH 64

/// Consecutive factors of a butterfly product that act in one pass over the positions.
typedef struct {
  /// 1, 2, or 4: four factors of strides d, e, e, d act on the same four positions and are merged to a dense
  /// 4 × 4 matrix.
  int32_t factors;
  /// The index of the first factor.
  int32_t first_factor;
  /// The strides of the first and the second factor.
  int32_t stride, next_stride;
  /// The bounds of three nested loops. `group_step`, `near` and `far`, and the steps of the outer two loops,
  /// are in rows of CK_TILE_PITCH positions if the phase is over columns, else in single positions.
  int32_t groups, group_step, inner, columns, near, far;
} ck_butterfly_stage;

/// Consecutive stages that run on one unit of positions after another, so that the positions of a unit stay
/// in the L1 cache: a unit is a run of up to 64 positions, or some columns of the matrix with 64 positions
/// per row.
typedef struct {
  bool over_columns;
  int32_t units, unit_columns;
  int32_t first_stage, stage_count;
} ck_butterfly_phase;

/// The order in which a product of butterfly factors runs: phases, in a phase its units, in a unit the
/// stages.
///
/// Packed twiddles are in the same order: 4 numbers per pair (real), or 4 real parts and 4 imaginary parts; 4
/// such rows per merged matrix.
typedef struct {
  int32_t size;
  bool is_complex;
  /// Whether twiddles are packed in unit form: the rows of each complex 2 × 2 matrix are scaled so that two
  /// of its entries are one, and the next factor compensates for the scales. This halves the multiplications.
  /// A packed pair has 2 numbers and a mask of whether its rows are exchanged. The last factor and
  /// merged factors stay in full form.
  bool has_unit_twiddles;
  /// Whether the first factor stays in full form as well: a window folded into it is almost zero at its ends,
  /// for which no scale exists.
  bool first_is_full;
  int32_t phase_count, stage_count;
  const ck_butterfly_phase *phases;
  const ck_butterfly_stage *stages;
} ck_butterfly;

/// Factors that act in one pass over a single vector: 1, or 4 merged as in a stage.
typedef struct {
  int32_t factors, first_factor;
  int32_t stride, next_stride;
  /// Whether strides are below 8; each run of 64 positions is then transposed as an 8 × 8 matrix.
  bool is_transposed;
} ck_butterfly_pass;

/// The scratch of packing and unpacking in unit form, in doubles per position.
#define CK_UNIT_PACKING_SCRATCH 3

/// The largest number of tiles per call.
#define CK_TILES 2

/// The vectors of a tile, in tile order or in rows; absent if both pointers are null.
typedef struct {
  /// `size` rows of CK_TILE_ROW floats.
  float *_Nullable tiled;
  /// `count` rows of `length` numbers, `stride` floats apart; complex numbers are interleaved. Positions from
  /// `length` on and vectors from `count` on are read as zero and not written.
  float *_Nullable rows;
  size_t stride;
  int32_t count, length;
  /// Whether the numbers in rows are complex. A complex map reads real rows as having zero imaginary parts
  /// and writes only real parts to them.
  bool is_complex;
  /// The number of vectors of a tile: 8 for a complex map, 16 for a real one.
  int32_t lanes;
} ck_tile;

/// The tiles of one call; the second may be absent.
typedef struct {
  ck_tile first, second;
} ck_tile_pair;

/// The kernels of butterfly products, for one instruction set.
///
/// All instruction sets apply the same operations to each element in the same order, so results are identical
/// wherever there is a fused multiply-add; the baseline on x86-64 has none and rounds once more. The result
/// of a vector depends neither on the other vectors nor on their number.
typedef struct {
  /// "avx512", "avx2+fma", "neon" or "baseline".
  const char *name;
  /// The number of tiles that run at once: 1 or 2.
  int32_t tiles_at_once;

  /// Packs twiddles `[factors][size / 2][2][2]`, their imaginary parts `imaginary` floats further, in order
  /// of use, in full form; merged factors are multiplied.
  void (*pack)(const ck_butterfly *butterfly, const float *twiddles, size_t imaginary, float *packed);

  /// The number of floats of the packed twiddles, and of the scales of the unit form.
  void (*packed_counts)(const ck_butterfly *butterfly, size_t *packed, size_t *scales);

  /// Packs twiddles in unit form; false if they do not allow it, because an entry would exceed 16 times the
  /// one in its row that becomes one, or a scale is outside 2^±30.
  ///
  /// `input_count` is the number of input positions that may be nonzero; the others follow them. `scales` are
  /// needed for unpacking gradients and may be null. `scratch` has room for CK_UNIT_PACKING_SCRATCH · size
  /// doubles.
  bool (*pack_unit)(
      const ck_butterfly *butterfly, const float *twiddles, size_t imaginary, size_t input_count,
      float *packed, float *_Nullable scales, double *scratch);

  /// The product with the vectors of one tile or two; `in` and `out` may be the same memory.
  ///
  /// `next_in` and `next_out` are those of the next call, to be prefetched. `work` has room for
  /// CK_TILES · ck_butterfly_rows(size) rows.
  void (*forward)(
      const ck_butterfly *butterfly, const float *packed, const ck_tile_pair *in, const ck_tile_pair *out,
      const ck_tile_pair *_Nullable next_in, const ck_tile_pair *_Nullable next_out, float *work);

  /// The gradients, given the one with respect to the output. Adds that with respect to the packed twiddles
  /// to `packed_gradient`, and writes that with respect to the input if `in_gradient` is not null.
  ///
  /// `in_gradient` has the layout of `in` and may be the same memory as `out_gradient`. `work` has room for
  /// CK_TILES · (stage_count + 1) · ck_butterfly_rows(size) rows. Lanes are summed as
  /// ((0 + 4) + (2 + 6)) + ((1 + 5) + (3 + 7)), possibly after adding corresponding lanes of two tiles.
  void (*backward)(
      const ck_butterfly *butterfly, const float *packed, const ck_tile_pair *in,
      const ck_tile_pair *out_gradient, const ck_tile_pair *_Nullable in_gradient, float *packed_gradient,
      const ck_tile_pair *_Nullable next_in, const ck_tile_pair *_Nullable next_out_gradient, float *work);

  /// The number of floats of the twiddles packed for `vector_forward`.
  size_t (*vector_count)(const ck_butterfly *butterfly, const ck_butterfly_pass *passes, size_t pass_count);

  /// Packs twiddles for `vector_forward`. `size` ≥ 64. `scratch` is as in `pack_unit`, needed for the unit
  /// form only.
  void (*vector_pack)(
      const ck_butterfly *butterfly, const ck_butterfly_pass *passes, size_t pass_count,
      const float *twiddles, size_t imaginary, float *packed, double *scratch);

  /// The product with one vector, in place, identical to that in a tile. A real map does not use `im`.
  void (*vector_forward)(
      const ck_butterfly *butterfly, const ck_butterfly_pass *passes, size_t pass_count, const float *packed,
      float *re, float *im);

  /// Adds the gradient with respect to twiddles packed by `pack` to that with respect to `twiddles`; merged
  /// factors get the exact gradient of their product.
  void (*unpack_gradient)(
      const ck_butterfly *butterfly, const float *twiddles, size_t imaginary, const float *packed_gradient,
      float *gradient);

  /// `unpack_gradient` for twiddles packed by `pack_unit`. The gradients with respect to entries that became
  /// one follow from the others, exactly but for rounding.
  void (*unpack_unit_gradient)(
      const ck_butterfly *butterfly, const float *twiddles, size_t imaginary, const float *packed,
      const float *scales, const float *packed_gradient, float *gradient, double *scratch);
} ck_butterfly_kernels;

/// The number of rows of working memory for a tile of `size` positions.
static inline size_t ck_butterfly_rows(size_t size) { return size + size / CK_TILE_PITCH; }

/// The kernels for the instruction set in use.
const ck_butterfly_kernels *ck_butterfly_best(void);

/// The kernels for instruction set `index` < `ck_instruction_set_count()`.
const ck_butterfly_kernels *ck_butterfly_at(int32_t index);

#pragma clang assume_nonnull end

#endif
