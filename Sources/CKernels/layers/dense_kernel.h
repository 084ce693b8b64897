// Dense layers. Lanes are outputs; an output is one chain of sums over the inputs in order, starting with the
// bias.
#define VECTORS 2
#define PANEL (VECTORS * V)

// Rows that use a panel of weights while it is in the cache, a multiple of the register block: with 1024
// inputs they fill most of a 512 KB cache.
#define BLOCK (15 * CK_ROWS)

static void dense_pack(
    const float *weights, const float *bias, size_t outputs, size_t inputs, float *packed) {
  for (size_t start = 0; start < outputs; start += PANEL) {
    size_t width = outputs - start < PANEL ? outputs - start : PANEL;
    const float *from = weights + start * inputs;
    memset(packed, 0, PANEL * sizeof(float));
    if (bias) memcpy(packed, bias + start, width * sizeof(float));
    packed += PANEL;
    size_t k = 0;
    if (width == PANEL) {
      for (; k + V <= inputs; k += V) {
        for (int v = 0; v < VECTORS; v++) {
          vf columns[V];
          load_columns(from + (size_t)v * V * inputs + k, inputs, columns);
          for (int j = 0; j < V; j++) store(packed + (k + (size_t)j) * PANEL + v * V, columns[j]);
        }
      }
    }
    for (; k < inputs; k++) {
      for (size_t n = 0; n < PANEL; n++) packed[k * PANEL + n] = n < width ? from[n * inputs + k] : 0;
    }
    packed += inputs * PANEL;
  }
}

// Rows packed at a time: few enough for the prefetcher, and enough to write whole cache lines of each panel.
#define PACKED_ROWS 8

static void dense_pack_rows(
    const float *rows, size_t stride, size_t outputs, size_t inputs, float *packed) {
  const size_t next = (inputs + 1) * PANEL;
  for (size_t start = 0; start < outputs; start += PANEL) {
    memset(packed + start / PANEL * next, 0, PANEL * sizeof(float));
  }
  for (size_t first = 0; first < inputs; first += PACKED_ROWS) {
    const size_t end = inputs - first < PACKED_ROWS ? inputs : first + PACKED_ROWS;
    float *panel = packed + PANEL;
    for (size_t start = 0; start < outputs; start += PANEL, panel += next) {
      const size_t width = outputs - start < PANEL ? outputs - start : PANEL;
      for (size_t k = first; k < end; k++) {
        const float *from = rows + k * stride + start;
        float *to = panel + k * PANEL;
        if (width == PANEL) {
          for (int v = 0; v < VECTORS; v++) store(to + v * V, load(from + v * V));
        } else {
          for (size_t n = 0; n < PANEL; n++) to[n] = n < width ? from[n] : 0;
        }
      }
    }
  }
}

// Numbers of a row of the result that are written at a time: a whole cache line.
#define TRANSPOSED 16

static void transpose(
    const float *from, size_t rows, size_t columns, size_t stride, float *to, size_t to_stride) {
  size_t r = 0;
  for (; r + TRANSPOSED <= rows; r += TRANSPOSED) {
    size_t c = 0;
    for (; c + V <= columns; c += V) {
      for (size_t j = 0; j < TRANSPOSED; j += V) {
        vf column[V];
        load_columns(from + (r + j) * stride + c, stride, column);
        for (int i = 0; i < V; i++) store(to + (c + (size_t)i) * to_stride + r + j, column[i]);
      }
    }
    for (; c < columns; c++) {
      for (size_t j = r; j < r + TRANSPOSED; j++) to[c * to_stride + j] = from[j * stride + c];
    }
  }
  for (; r < rows; r++) {
    for (size_t c = 0; c < columns; c++) to[c * to_stride + r] = from[r * stride + c];
  }
}

#define UNROLL _Pragma("clang loop unroll(full)")

// The last step of a product: the sums are scaled and stored, or added to the output. A layer has none.
typedef struct {
  float scale;
  bool adds;
} block_end;

INLINE void finish(float *out, vf sum, const block_end *end) {
  if (!end) {
    store(out, sum);
  } else if (end->adds) {
    store(out, FMA(splat(end->scale), sum, load(out)));
  } else {
    store(out, splat(end->scale) * sum);
  }
}

// A panel, or the first of several adjacent ones, as an argument of blocks of rows.
typedef struct {
  const float *packed;
  size_t outputs, inputs;
  // The number of outputs of the last panel.
  size_t width;
  const block_end *finish;
} panel_run;

#define LINE (64 / sizeof(float))

// Inputs between two prefetches; the first FETCH_BLOCKS blocks of rows prefetch the next panel.
#define FETCH_STEP 8
#define FETCH_BLOCKS (FETCH_STEP * LINE / PANEL)

// Prefetches the outputs that a block will add to.
INLINE void fetch_rows(float *out, size_t rows, size_t stride, size_t width) {
  UNROLL for (size_t r = 0; r < rows; r++) {
    UNROLL for (size_t n = 0; n < width; n += LINE) __builtin_prefetch(out + r * stride + n, 1);
  }
}

#define DENSE_STEP(ROWS, PANELS)                                                                      \
  do {                                                                                                \
    vf weight[PANELS * VECTORS];                                                                      \
    UNROLL for (int v = 0; v < PANELS * VECTORS; v++) {                                               \
      weight[v] = load(w + (size_t)(v / VECTORS) * next + (v % VECTORS) * V);                         \
    }                                                                                                 \
    UNROLL for (int r = 0; r < ROWS; r++) {                                                           \
      vf value = splat(x[(size_t)r * inputs + k]);                                                    \
      UNROLL for (int v = 0; v < PANELS * VECTORS; v++) sum[r][v] = FMA(value, weight[v], sum[r][v]); \
    }                                                                                                 \
  } while (0)

// ROWS rows by PANELS panels, with the sums in registers throughout; `ahead` is to be prefetched.
#define DENSE_BLOCK(ROWS, PANELS)                                                                       \
  INLINE void dense_##ROWS##_##PANELS(                                                                  \
      const panel_run *run, const float *x, float *out, const float *ahead) {                           \
    const size_t inputs = run->inputs, outputs = run->outputs, next = (inputs + 1) * PANEL;             \
    if (run->finish && run->finish->adds) fetch_rows(out, ROWS, outputs, PANELS * PANEL);               \
    vf sum[ROWS][PANELS * VECTORS];                                                                     \
    UNROLL for (int v = 0; v < PANELS * VECTORS; v++) {                                                 \
      vf bias = load(run->packed + (size_t)(v / VECTORS) * next + (v % VECTORS) * V);                   \
      UNROLL for (int r = 0; r < ROWS; r++) sum[r][v] = bias;                                           \
    }                                                                                                   \
    const float *w = run->packed + PANEL;                                                               \
    size_t k = 0;                                                                                       \
    for (; k + FETCH_STEP <= inputs; ahead += LINE) {                                                   \
      __builtin_prefetch(ahead);                                                                        \
      UNROLL for (int step = 0; step < FETCH_STEP; step++, k++, w += PANEL) DENSE_STEP(ROWS, PANELS);   \
    }                                                                                                   \
    for (; k < inputs; k++, w += PANEL) DENSE_STEP(ROWS, PANELS);                                       \
    if (run->width == PANEL) {                                                                          \
      UNROLL for (int r = 0; r < ROWS; r++) {                                                           \
        UNROLL for (int v = 0; v < PANELS * VECTORS; v++) {                                             \
          finish(out + (size_t)r * outputs + v * V, sum[r][v], run->finish);                            \
        }                                                                                               \
      }                                                                                                 \
    } else {                                                                                            \
      const size_t bytes = ((PANELS - 1) * PANEL + run->width) * sizeof(float);                         \
      UNROLL for (int r = 0; r < ROWS; r++) {                                                           \
        float part[PANELS * PANEL] = {0};                                                               \
        if (run->finish) memcpy(part, out + (size_t)r * outputs, bytes);                                \
        UNROLL for (int v = 0; v < PANELS * VECTORS; v++) finish(part + v * V, sum[r][v], run->finish); \
        memcpy(out + (size_t)r * outputs, part, bytes);                                                 \
      }                                                                                                 \
    }                                                                                                   \
  }

#if CK_ROWS == 8
DENSE_BLOCK(8, 1)
#elif CK_ROWS == 6
DENSE_BLOCK(6, 1)
#endif
DENSE_BLOCK(4, 1)
DENSE_BLOCK(2, 1)
DENSE_BLOCK(1, 1)
DENSE_BLOCK(1, 4)

// One row reads each weight once: four adjacent panels have enough independent sums to hide their latency.
INLINE void dense_row(
    const float *packed, size_t outputs, size_t inputs, const float *x, float *out, const block_end *finish) {
  const size_t next = (inputs + 1) * PANEL;
  panel_run run = {packed, outputs, inputs, PANEL, finish};
  size_t start = 0;
  for (; start + 4 * PANEL <= outputs; start += 4 * PANEL, run.packed += 4 * next) {
    dense_1_4(&run, x, out + start, packed);
  }
  for (; start < outputs; start += PANEL, run.packed += next) {
    run.width = outputs - start < PANEL ? outputs - start : PANEL;
    dense_1_1(&run, x, out + start, packed);
  }
}

INLINE void dense_panel(const panel_run *run, const float *x, size_t count, float *out) {
  const size_t next = (run->inputs + 1) * PANEL, share = (run->inputs / FETCH_STEP + 1) * LINE;
  // The last panel has no successor to prefetch.
  size_t fetched = run->width < PANEL ? FETCH_BLOCKS : 0, r = 0;
#define ROWS_AT_ONCE(N)                                                                       \
  for (; r + N <= count; r += N, fetched++) {                                                 \
    const float *ahead = run->packed + (fetched < FETCH_BLOCKS ? next + fetched * share : 0); \
    dense_##N##_1(run, x + r * run->inputs, out + r * run->outputs, ahead);                   \
  }
#if CK_ROWS == 8
  ROWS_AT_ONCE(8)
#elif CK_ROWS == 6
  ROWS_AT_ONCE(6)
#endif
  ROWS_AT_ONCE(4)
  ROWS_AT_ONCE(2)
  ROWS_AT_ONCE(1)
#undef ROWS_AT_ONCE
}

INLINE void dense_rows(
    const float *packed, size_t outputs, size_t inputs, const float *x, size_t count, float *out,
    const block_end *finish) {
  if (count == 1) {
    dense_row(packed, outputs, inputs, x, out, finish);
    return;
  }
  for (size_t first = 0; first < count; first += BLOCK) {
    size_t rows = count - first < BLOCK ? count - first : BLOCK;
    panel_run run = {packed, outputs, inputs, PANEL, finish};
    for (size_t start = 0; start < outputs; start += PANEL, run.packed += (inputs + 1) * PANEL) {
      run.width = outputs - start < PANEL ? outputs - start : PANEL;
      dense_panel(&run, x + first * inputs, rows, out + first * outputs + start);
    }
  }
}

static void dense(
    const float *packed, size_t outputs, size_t inputs, const float *x, size_t count, float *out) {
  dense_rows(packed, outputs, inputs, x, count, out, NULL);
}

static void dense_product(
    const float *packed, size_t outputs, size_t inputs, const float *x, size_t count, float scale, bool adds,
    float *out) {
  const block_end end = {scale, adds};
  dense_rows(packed, outputs, inputs, x, count, out, &end);
}
