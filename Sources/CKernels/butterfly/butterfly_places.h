// Butterfly products on one tile or two at a time.

// Where a stage reads or writes: tiles, or working memory, in which two tiles stand side by side and each run of
// CK_TILE_PITCH rows is followed by one that is not used.
typedef struct {
  float *first, *second;
  // Floats from one step of the stage to the next.
  size_t step;
} place;

// The last four have unit diagonals: one factor, two, two of which the second has not, for nothing follows it that would
// take over its scales, and two of which the first has not.
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
  bool begins_full = stage == 0 && b->first_has_all_entries;
  if (!b->has_unit_diagonals) return factors == 1 ? ONE_FACTOR : TWO_FACTORS;
  if (factors == 1) return is_last || begins_full ? ONE_FACTOR : UNIT_ONE;
  if (begins_full) return is_last ? TWO_FACTORS : FULL_THEN_UNIT;
  return is_last ? UNIT_THEN_FULL : UNIT_TWO;
}

// Masks at the end of a turn's twiddles: which rows are exchanged.
INLINE size_t turn_masks(stage_kind kind) {
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
// Whether the first factor of a stage has unit diagonals, and the second: the one may exchange its inputs, the other its
// outputs.
INLINE bool first_is_unit(stage_kind kind) {
  return kind == UNIT_ONE || kind == UNIT_TWO || kind == UNIT_THEN_FULL;
}
INLINE bool second_is_unit(stage_kind kind) { return kind == UNIT_TWO || kind == FULL_THEN_UNIT; }

// Floats before packed twiddles with unit diagonals: the first says whether any rows are exchanged.
#define UNIT_HEADER 16

INLINE size_t packed_header(const ck_butterfly *b) { return b->has_unit_diagonals ? UNIT_HEADER : 0; }

INLINE bool has_exchanges(const ck_butterfly *b, const float *packed) {
  return b->has_unit_diagonals && packed[0] != 0;
}

// Floats of packed twiddles that one turn of a stage takes.
INLINE size_t turn_twiddles(stage_kind kind, bool complex) {
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

// What the twiddles of a turn hold, all of it constant where a stage is compiled for its kind.
typedef struct {
  bool is_one, first_is_unit, second_is_unit;
  // Whether rows may be exchanged before the first factor, and after the second.
  bool turns_inputs, turns_outputs;
  // Floats of a turn; where the second factor's pairs begin, and the masks of both exchanges.
  size_t size, second, masks, out_masks;
} turn_layout;

INLINE turn_layout layout_of(stage_kind kind, bool complex, bool exchanges) {
  size_t size = turn_twiddles(kind, complex), masks = size - turn_masks(kind);
  bool first = first_is_unit(kind), second = second_is_unit(kind);
  return (turn_layout){
      .is_one = kind == ONE_FACTOR || kind == UNIT_ONE,
      .first_is_unit = first,
      .second_is_unit = second,
      .turns_inputs = exchanges && first,
      .turns_outputs = exchanges && second,
      .size = size,
      .second = 2 * (size_t)(first ? UNIT_PAIR : PAIR(complex)),
      .masks = masks,
      .out_masks = masks + (first ? 2 : 0),
  };
}

INLINE size_t stage_turns(const ck_butterfly_stage *s) {
  return (size_t)s->groups * (size_t)s->inner * (size_t)s->columns;
}

#define PADDED_PITCH (CK_TILE_PITCH + 1)

// Working memory from row `at` on, and tiles.
INLINE place in_work(float *work, const ck_butterfly_phase *phase, size_t unit) {
  size_t row = unit * (phase->over_columns ? (size_t)phase->unit_columns : PADDED_PITCH);
  return (place){work + row * ROW, 0, ROW * (size_t)(phase->over_columns ? PADDED_PITCH : 1)};
}
INLINE place in_tiles(
    const ck_butterfly_vectors *first, const ck_butterfly_vectors *second, const ck_butterfly_phase *phase,
    size_t unit) {
  size_t row = unit * (phase->over_columns ? (size_t)phase->unit_columns : CK_TILE_PITCH);
  size_t at = row * CK_TILE_ROW;
  return (place){
      first->tile ? first->tile + at : 0, second && second->tile ? second->tile + at : 0,
      CK_TILE_ROW * (size_t)(phase->over_columns ? CK_TILE_PITCH : 1)};
}

// Floats of a row.
INLINE size_t row_floats(bool tiles) { return tiles ? CK_TILE_ROW : ROW; }

INLINE row get_row(place p, size_t at, bool tiles, bool complex) {
  return tiles ? load_tiles(p.first + at, p.second + at, complex) : load_row(p.first + at);
}
INLINE void put_row(place p, size_t at, row x, bool tiles, bool complex) {
  if (tiles) {
    store_tiles(p.first + at, p.second + at, x, complex);
  } else {
    store_row(p.first + at, x);
  }
}

// The turns of a stage one after another: a loop in three would begin anew too often where few of them are neighbours.
typedef struct {
  size_t columns, inner, columns_left, inner_left;
} turns;

INLINE turns first_turn(const ck_butterfly_stage *s) {
  size_t columns = (size_t)s->columns, inner = (size_t)s->inner;
  return (turns){columns, inner, columns, inner};
}

// How far a place moves at the ends of the two inner loops, beyond the row of each turn.
typedef struct {
  size_t row, after_columns, after_inner;
} pace;

INLINE pace pace_of(const ck_butterfly_stage *s, place p, bool tiles) {
  size_t row = row_floats(tiles);
  return (pace){
      row, p.step - (size_t)s->columns * row, ((size_t)s->group_step - (size_t)s->inner) * p.step};
}

// Moves on to the next turn, two places with it.
INLINE void next_turn(turns *n, size_t *x, pace p, size_t *y, pace q) {
  *x += p.row;
  *y += q.row;
  // A branch costs less than a choice among numbers: its pattern is short.
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
