// Copies of vectors in rows to working memory and back, and the prefetching of tiles.

INLINE bool has_rows(const ck_tile *v) { return v->rows != 0; }

// The offset of tile `index` in a row of working memory, and the distance between consecutive numbers of a
// vector.
INLINE size_t tile_offset(const ck_tile *v, int index) {
  return (size_t)index * (v->lanes == 16 ? 16 : 8);
}
INLINE size_t number_step(const ck_tile *v) { return v->is_complex ? LANES : ROW; }

// The number of floats (real and imaginary parts) of a row at positions [p, p + count).
INLINE size_t present_numbers(const ck_tile *v, size_t p, size_t count) {
  size_t length = (size_t)v->length, left = p < length ? length - p : 0;
  return (v->is_complex ? 2 : 1) * (left < count ? left : count);
}

// Copies positions [p, p + count) of the vectors of tile `index` to working memory, with zeros for absent
// numbers. With `present_only`, absent positions and imaginary parts are omitted, as the stage in
// `butterfly_real.h` does not read them.
static void rows_to_work(
    const ck_tile *v, int index, size_t p, size_t count, float *work, bool present_only) {
  size_t length = present_numbers(v, p, count), step = number_step(v), width = v->is_complex ? 2 : 1;
  if (present_only) {
    if (v->count < v->lanes)
      for (size_t i = 0; i < length; i++) store8(work + i * ROW + (size_t)index * 8, (v8)(0.0f));
  } else if (length < width * count || v->count < v->lanes || (v->lanes == 8 && !v->is_complex)) {
    for (size_t i = 0; i < count; i++)
      for (size_t e = 0; e < 2; e++)
        store8(
            work + i * ROW + (v->lanes == 8 ? (size_t)index * 8 + e * LANES : (size_t)index * 16 + e * 8),
            (v8)(0.0f));
  }
  for (int32_t first = 0; first < v->count; first += 8) {
    const float *rows = v->rows + (size_t)first * v->stride + width * p;
    size_t lanes = v->count - first < 8 ? (size_t)(v->count - first) : 8;
    tile_load(rows, v->stride, lanes, length, work + tile_offset(v, index) + first, step);
  }
}

// Copies positions [p, p + count) of tile `index` from working memory to rows.
static void work_to_rows(const float *work, const ck_tile *v, int index, size_t p, size_t count) {
  size_t length = present_numbers(v, p, count), step = number_step(v), width = v->is_complex ? 2 : 1;
  for (int32_t first = 0; first < v->count; first += 8) {
    float *rows = v->rows + (size_t)first * v->stride + width * p;
    size_t lanes = v->count - first < 8 ? (size_t)(v->count - first) : 8;
    tile_store(work + tile_offset(v, index) + first, step, lanes, length, rows, v->stride);
  }
}

typedef enum { READ_ROWS, READ_PRESENT_ROWS, WRITE_ROWS } row_access;

// Copies all positions of one tile or two, in order, as the hardware prefetcher expects. `second` may be
// null.
INLINE void all_rows(
    const ck_butterfly *b, const ck_tile *first, const ck_tile *second, float *work,
    row_access access) {
  size_t size = (size_t)b->size;
  for (size_t p = 0; p < size; p += CK_TILE_PITCH, work += PADDED_PITCH * ROW) {
    size_t count = size - p < CK_TILE_PITCH ? size - p : CK_TILE_PITCH;
    if (access != WRITE_ROWS) {
      rows_to_work(first, 0, p, count, work, access == READ_PRESENT_ROWS);
      if (second) rows_to_work(second, 1, p, count, work, access == READ_PRESENT_ROWS);
    } else {
      work_to_rows(work, first, 0, p, count);
      if (second) work_to_rows(work, second, 1, p, count);
    }
  }
}

// The prefetching of the next call's tiles, a share per stage. Rows are left to the hardware prefetcher.
typedef struct {
  const float *lines[4];
  size_t at, end, share;
} prefetching;

INLINE bool is_present(const ck_tile *v) { return v->tiled || v->rows; }

INLINE prefetching prefetching_begin(
    const ck_butterfly *b, const ck_tile_pair *in, const ck_tile_pair *out) {
  size_t calls = 0;
  for (int32_t i = 0; i < b->phase_count; i++)
    calls += (size_t)b->phases[i].units * (size_t)b->phases[i].stage_count;
  prefetching p = {
      {in ? in->first.tiled : 0, in ? in->second.tiled : 0, out ? out->first.tiled : 0,
       out ? out->second.tiled : 0},
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
