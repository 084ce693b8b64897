// The kinds of stages, the layout of their packed twiddles, and the indices of their loops.
//
// One iteration of a stage transforms two rows (one factor) or four (two factors or four merged ones) with
// the twiddles that are next in the packed order.

// The memory that a stage reads or writes: tiles, or working memory, which interleaves two tiles row by row
// and has an unused row after every CK_TILE_PITCH rows.
typedef struct {
  float *first, *second;
  // Floats per step of the stage's outer loops.
  size_t step;
} operand;

// The factors of a stage and their forms. Of two factors, the second is in full form if it is the last of the
// product, which no factor follows to compensate for its scales.
typedef enum {
  ONE_FACTOR,
  TWO_FACTORS,
  FOUR_MERGED,
  UNIT_ONE,
  UNIT_TWO,
  UNIT_THEN_FULL,
  FULL_THEN_UNIT
} stage_kind;
#define STAGE_KINDS 7

INLINE stage_kind kind_of(const ck_butterfly *b, int32_t stage) {
  int32_t factors = b->stages[stage].factors;
  if (factors == 4) return FOUR_MERGED;
  bool is_last = stage == b->stage_count - 1;
  bool begins_full = stage == 0 && b->first_is_full;
  if (!b->has_unit_twiddles) return factors == 1 ? ONE_FACTOR : TWO_FACTORS;
  if (factors == 1) return is_last || begins_full ? ONE_FACTOR : UNIT_ONE;
  if (begins_full) return is_last ? TWO_FACTORS : FULL_THEN_UNIT;
  return is_last ? UNIT_THEN_FULL : UNIT_TWO;
}

// The number of masks at the end of an iteration's twiddles, which select the rows to exchange.
INLINE size_t iteration_masks(stage_kind kind) {
  switch (kind) {
  case UNIT_ONE: return 1;
  case UNIT_TWO: return 4;
  case UNIT_THEN_FULL:
  case FULL_THEN_UNIT: return 2;
  case ONE_FACTOR:
  case TWO_FACTORS:
  case FOUR_MERGED: break;
  }
  return 0;
}
// Whether the first and the second factor of a stage are in unit form. The first may exchange its inputs, the
// second its outputs.
INLINE bool first_is_unit(stage_kind kind) {
  return kind == UNIT_ONE || kind == UNIT_TWO || kind == UNIT_THEN_FULL;
}
INLINE bool second_is_unit(stage_kind kind) { return kind == UNIT_TWO || kind == FULL_THEN_UNIT; }

// The number of floats before packed twiddles in unit form; the first is whether any rows are exchanged.
#define UNIT_HEADER 16

INLINE size_t packed_header(const ck_butterfly *b) { return b->has_unit_twiddles ? UNIT_HEADER : 0; }

INLINE bool has_exchanges(const ck_butterfly *b, const float *packed) {
  return b->has_unit_twiddles && packed[0] != 0;
}

// The number of floats of an iteration's packed twiddles.
INLINE size_t iteration_twiddles(stage_kind kind, bool complex) {
  switch (kind) {
  case ONE_FACTOR: return (size_t)PAIR(complex);
  case TWO_FACTORS:
  case FOUR_MERGED: return 4 * (size_t)PAIR(complex);
  case UNIT_ONE: return UNIT_PAIR + 1;
  case UNIT_TWO: return 4 * UNIT_PAIR + 4;
  case UNIT_THEN_FULL:
  case FULL_THEN_UNIT: return 2 * UNIT_PAIR + 2 * (size_t)PAIR(complex) + 2;
  }
  return 0;
}

// The layout of an iteration's twiddles, constant where a stage is compiled for its kind.
typedef struct {
  bool is_one, first_is_unit, second_is_unit;
  // Whether rows may be exchanged before the first factor and after the second.
  bool exchanges_inputs, exchanges_outputs;
  // The number of floats, and the offsets of the second factor's pairs and of the masks of both exchanges.
  size_t size, second, masks, out_masks;
} iteration_layout;

INLINE iteration_layout layout_of(stage_kind kind, bool complex, bool exchanges) {
  size_t size = iteration_twiddles(kind, complex), masks = size - iteration_masks(kind);
  bool first = first_is_unit(kind), second = second_is_unit(kind);
  return (iteration_layout){
      .is_one = kind == ONE_FACTOR || kind == UNIT_ONE,
      .first_is_unit = first,
      .second_is_unit = second,
      .exchanges_inputs = exchanges && first,
      .exchanges_outputs = exchanges && second,
      .size = size,
      .second = 2 * (size_t)(first ? UNIT_PAIR : PAIR(complex)),
      .masks = masks,
      .out_masks = masks + (first ? 2 : 0),
  };
}

INLINE size_t stage_iterations(const ck_butterfly_stage *s) {
  return (size_t)s->groups * (size_t)s->inner * (size_t)s->columns;
}

#define PADDED_PITCH (CK_TILE_PITCH + 1)

// The operands in working memory and in tiles for one unit of a phase.
INLINE operand in_work(float *work, const ck_butterfly_phase *phase, size_t unit) {
  size_t row = unit * (phase->over_columns ? (size_t)phase->unit_columns : PADDED_PITCH);
  return (operand){work + row * ROW, 0, ROW * (size_t)(phase->over_columns ? PADDED_PITCH : 1)};
}
INLINE operand in_tiles(
    const ck_tile *first, const ck_tile *second, const ck_butterfly_phase *phase,
    size_t unit) {
  size_t row = unit * (phase->over_columns ? (size_t)phase->unit_columns : CK_TILE_PITCH);
  size_t at = row * CK_TILE_ROW;
  return (operand){
      first->tiled ? first->tiled + at : 0, second && second->tiled ? second->tiled + at : 0,
      CK_TILE_ROW * (size_t)(phase->over_columns ? CK_TILE_PITCH : 1)};
}

// The number of floats of a row.
INLINE size_t row_floats(bool tiles) { return tiles ? CK_TILE_ROW : ROW; }

INLINE row get_row(operand p, size_t at, bool tiles, bool complex) {
  return tiles ? load_tiles(p.first + at, p.second + at, complex) : load_row(p.first + at);
}
INLINE void put_row(operand p, size_t at, row x, bool tiles, bool complex) {
  if (tiles) {
    store_tiles(p.first + at, p.second + at, x, complex);
  } else {
    store_row(p.first + at, x);
  }
}

// The counters of a stage's three nested loops, run as one loop: the inner ones are often too short to be
// efficient.
typedef struct {
  size_t columns, inner, columns_left, inner_left;
} iterations;

INLINE iterations first_iteration(const ck_butterfly_stage *s) {
  size_t columns = (size_t)s->columns, inner = (size_t)s->inner;
  return (iterations){columns, inner, columns, inner};
}

// The increments of an operand's offset: per iteration, and in addition at the ends of the two inner loops.
typedef struct {
  size_t row, after_columns, after_inner;
} increments;

INLINE increments increments_of(const ck_butterfly_stage *s, operand p, bool tiles) {
  size_t row = row_floats(tiles);
  return (increments){
      row, p.step - (size_t)s->columns * row, ((size_t)s->group_step - (size_t)s->inner) * p.step};
}

// Advances to the next iteration, with the offsets of two operands.
INLINE void next_iteration(iterations *n, size_t *x, increments p, size_t *y, increments q) {
  *x += p.row;
  *y += q.row;
  // Branches, since their short pattern is predicted well; conditional moves would be slower.
  if (__builtin_expect(--n->columns_left == 0, 0)) {
    n->columns_left = n->columns;
    *x += p.after_columns;
    *y += q.after_columns;
    if (__builtin_expect(--n->inner_left == 0, 0)) {
      n->inner_left = n->inner;
      *x += p.after_inner;
      *y += q.after_inner;
    }
  }
}
