// Vectors that lie in rows, to working memory and back.

INLINE bool are_rows(const ck_butterfly_vectors *v) { return v->rows != 0; }

// Where lane 0 of tile `index` stands in a row of working memory, and the way from one number of a vector to the next.
INLINE size_t tile_offset(const ck_butterfly_vectors *v, int index) {
  return (size_t)index * (v->lanes == 16 ? 16 : 8);
}
INLINE size_t number_step(const ck_butterfly_vectors *v) { return v->is_complex ? LANES : ROW; }

// Numbers of a row that positions [p, p + count) take and that are there.
INLINE size_t numbers_there(const ck_butterfly_vectors *v, size_t p, size_t count) {
  size_t length = (size_t)v->length, left = p < length ? length - p : 0;
  return (v->is_complex ? 2 : 1) * (left < count ? left : count);
}

// Positions [p, p + count) of the vectors of tile `index` to rows of working memory; zeros where there are none, but
// where vectors are only read by the first stage of `butterfly_real.h`.
static void rows_to_work(
    const ck_butterfly_vectors *v, int index, size_t p, size_t count, float *work, bool only_there) {
  size_t length = numbers_there(v, p, count), step = number_step(v), width = v->is_complex ? 2 : 1;
  if (only_there) {
    if (v->count < v->lanes)
      for (size_t i = 0; i < length; i++) store8(work + i * ROW + (size_t)index * 8, (v8)(0.0f));
  } else if (length < width * count || v->count < v->lanes || (v->lanes == 8 && !v->is_complex)) {
    for (size_t i = 0; i < count; i++)
      for (size_t e = 0; e < 2; e++)
        store8(work + i * ROW + (v->lanes == 8 ? (size_t)index * 8 + e * LANES : (size_t)index * 16 + e * 8), (v8)(0.0f));
  }
  for (int32_t first = 0; first < v->count; first += 8) {
    const float *rows = v->rows + (size_t)first * v->stride + width * p;
    size_t lanes = v->count - first < 8 ? (size_t)(v->count - first) : 8;
    tile_load(rows, v->stride, lanes, length, work + tile_offset(v, index) + first, step);
  }
}

static void work_to_rows(const float *work, const ck_butterfly_vectors *v, int index, size_t p, size_t count) {
  size_t length = numbers_there(v, p, count), step = number_step(v), width = v->is_complex ? 2 : 1;
  for (int32_t first = 0; first < v->count; first += 8) {
    float *rows = v->rows + (size_t)first * v->stride + width * p;
    size_t lanes = v->count - first < 8 ? (size_t)(v->count - first) : 8;
    tile_store(work + tile_offset(v, index) + first, step, lanes, length, rows, v->stride);
  }
}

typedef enum { READ_ROWS, READ_ROWS_THERE, WRITE_ROWS } rows_way;

// All of them: the rows one after another in their whole length, as the processor fetches them ahead. `second` may be
// null.
INLINE void all_rows(
    const ck_butterfly *b, const ck_butterfly_vectors *first, const ck_butterfly_vectors *second, float *work,
    rows_way way) {
  size_t size = (size_t)b->size;
  for (size_t p = 0; p < size; p += CK_TILE_PITCH, work += PADDED_PITCH * ROW) {
    size_t count = size - p < CK_TILE_PITCH ? size - p : CK_TILE_PITCH;
    if (way != WRITE_ROWS) {
      rows_to_work(first, 0, p, count, work, way == READ_ROWS_THERE);
      if (second) rows_to_work(second, 1, p, count, work, way == READ_ROWS_THERE);
    } else {
      work_to_rows(work, first, 0, p, count);
      if (second) work_to_rows(work, second, 1, p, count);
    }
  }
}

// Asks, little by little, for the tiles that come next; rows the processor fetches ahead by itself, and better.
typedef struct {
  const float *lines[4];
  size_t at, end, share;
} prefetching;

INLINE bool are_there(const ck_butterfly_vectors *v) { return v->tile || v->rows; }

INLINE prefetching prefetching_begin(
    const ck_butterfly *b, const ck_butterfly_ends *in, const ck_butterfly_ends *out) {
  size_t calls = 0;
  for (int32_t i = 0; i < b->phase_count; i++)
    calls += (size_t)b->phases[i].units * (size_t)b->phases[i].stage_count;
  prefetching p = {
      {in ? in->first.tile : 0, in ? in->second.tile : 0, out ? out->first.tile : 0, out ? out->second.tile : 0},
      0, (size_t)b->size, (size_t)b->size / calls + 1};
  if (!p.lines[0] && !p.lines[1] && !p.lines[2] && !p.lines[3]) p.end = 0;
  return p;
}

INLINE void prefetch_share(prefetching *p) {
  size_t end = p->at + p->share < p->end ? p->at + p->share : p->end;
  for (; p->at < end; p->at++)
    for (int i = 0; i < 4; i++)
      if (p->lines[i]) __builtin_prefetch(p->lines[i] + p->at * CK_TILE_ROW, 0, 2);
}
