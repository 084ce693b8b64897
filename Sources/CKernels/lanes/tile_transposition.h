// Transposition of rows to tiles and back.

INLINE v8 low_words8(v8 a, v8 b) { return __builtin_shufflevector(a, b, 0, 8, 1, 9, 4, 12, 5, 13); }
INLINE v8 high_words8(v8 a, v8 b) { return __builtin_shufflevector(a, b, 2, 10, 3, 11, 6, 14, 7, 15); }
INLINE v8 low_pairs8(v8 a, v8 b) { return __builtin_shufflevector(a, b, 0, 1, 8, 9, 4, 5, 12, 13); }
INLINE v8 high_pairs8(v8 a, v8 b) { return __builtin_shufflevector(a, b, 2, 3, 10, 11, 6, 7, 14, 15); }
INLINE v8 low_halves8(v8 a, v8 b) { return __builtin_shufflevector(a, b, 0, 1, 2, 3, 8, 9, 10, 11); }
INLINE v8 high_halves8(v8 a, v8 b) { return __builtin_shufflevector(a, b, 4, 5, 6, 7, 12, 13, 14, 15); }

// to[j][i] = from[i · stride + j] for i, j < 8.
INLINE void transposed8(const float *from, size_t stride, v8 to[8]) {
  v8 r[8], s[8];
#pragma clang loop unroll(full)
  for (size_t i = 0; i < 8; i++) r[i] = load8(from + i * stride);
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i += 2) {
    s[i] = low_words8(r[i], r[i + 1]);
    s[i + 1] = high_words8(r[i], r[i + 1]);
  }
  // Columns j and j + 4 of rows 0 to 3, and of rows 4 to 7.
#pragma clang loop unroll(full)
  for (int i = 0; i < 8; i += 4) {
    r[i] = low_pairs8(s[i], s[i + 2]);
    r[i + 1] = high_pairs8(s[i], s[i + 2]);
    r[i + 2] = low_pairs8(s[i + 1], s[i + 3]);
    r[i + 3] = high_pairs8(s[i + 1], s[i + 3]);
  }
#pragma clang loop unroll(full)
  for (size_t j = 0; j < 4; j++) {
    to[j] = low_halves8(r[j], r[j + 4]);
    to[j + 4] = high_halves8(r[j], r[j + 4]);
  }
}

INLINE void transpose8(const float *from, size_t from_stride, float *to, size_t to_stride) {
  v8 columns[8];
  transposed8(from, from_stride, columns);
#pragma clang loop unroll(full)
  for (size_t j = 0; j < 8; j++) store8(to + j * to_stride, columns[j]);
}

static void tile_load(
    const float *rows, size_t row_stride, size_t lanes, size_t length, float *tile, size_t tile_stride) {
  size_t i = 0;
  if (lanes == 8)
    for (; i + 8 <= length; i += 8) transpose8(rows + i, row_stride, tile + i * tile_stride, tile_stride);
  for (; i < length; i++)
    for (size_t l = 0; l < lanes; l++) tile[i * tile_stride + l] = rows[l * row_stride + i];
}

static void tile_store(
    const float *tile, size_t tile_stride, size_t lanes, size_t length, float *rows, size_t row_stride) {
  size_t i = 0;
  // A whole cache line of every row at once: rows a power of two apart map to few sets of the cache, so a
  // line that is half written would be evicted and fetched again.
  if (lanes == 8) {
    for (; i + 16 <= length; i += 16) {
      v8 low[8], high[8];
      transposed8(tile + i * tile_stride, tile_stride, low);
      transposed8(tile + (i + 8) * tile_stride, tile_stride, high);
#pragma clang loop unroll(full)
      for (size_t l = 0; l < 8; l++) {
        store8(rows + l * row_stride + i, low[l]);
        store8(rows + l * row_stride + i + 8, high[l]);
      }
    }
    for (; i + 8 <= length; i += 8) transpose8(tile + i * tile_stride, tile_stride, rows + i, row_stride);
  }
  for (; i < length; i++)
    for (size_t l = 0; l < lanes; l++) rows[l * row_stride + i] = tile[i * tile_stride + l];
}
