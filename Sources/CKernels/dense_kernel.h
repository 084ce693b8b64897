// A dense layer. Lanes are outputs; each output is one chain of sums over the inputs, in their order, begun at the bias.
#define VECTORS 2
#define PANEL (VECTORS * V)

// Rows that pass over a panel of weights while it is near: with 1024 inputs they fill a quarter of a 1 MB cache.
#define BLOCK 64

static void dense_pack(
    const float *weights, const float *bias, size_t outputs, size_t inputs, float *packed) {
  for (size_t start = 0; start < outputs; start += PANEL) {
    size_t width = outputs - start < PANEL ? outputs - start : PANEL;
    memset(packed, 0, (inputs + 1) * PANEL * sizeof(float));
    for (size_t n = 0; n < width; n++) {
      if (bias) packed[n] = bias[start + n];
      for (size_t k = 0; k < inputs; k++) packed[(k + 1) * PANEL + n] = weights[(start + n) * inputs + k];
    }
    packed += (inputs + 1) * PANEL;
  }
}

#define UNROLL _Pragma("clang loop unroll(full)")

// ROWS rows by PANELS panels, the sums in registers from bias to end; `width` columns of the last panel are kept.
#define DENSE_BLOCK(ROWS, PANELS)                                                                              \
  INLINE void dense_##ROWS##_##PANELS(                                                                         \
      const float *packed, size_t outputs, size_t inputs, const float *x, float *out, size_t width) {          \
    const size_t next = (inputs + 1) * PANEL;                                                                  \
    vf sum[ROWS][PANELS * VECTORS];                                                                            \
    UNROLL for (int v = 0; v < PANELS * VECTORS; v++) {                                                        \
      vf bias = load(packed + (size_t)(v / VECTORS) * next + (v % VECTORS) * V);                               \
      UNROLL for (int r = 0; r < ROWS; r++) sum[r][v] = bias;                                                  \
    }                                                                                                          \
    for (size_t k = 0; k < inputs; k++) {                                                                      \
      const float *w = packed + (k + 1) * PANEL;                                                               \
      vf weight[PANELS * VECTORS];                                                                             \
      UNROLL for (int v = 0; v < PANELS * VECTORS; v++) {                                                      \
        weight[v] = load(w + (size_t)(v / VECTORS) * next + (v % VECTORS) * V);                                \
      }                                                                                                        \
      UNROLL for (int r = 0; r < ROWS; r++) {                                                                  \
        vf value = splat(x[(size_t)r * inputs + k]);                                                           \
        UNROLL for (int v = 0; v < PANELS * VECTORS; v++) sum[r][v] = FMA(value, weight[v], sum[r][v]);        \
      }                                                                                                        \
    }                                                                                                          \
    if (width == PANEL) {                                                                                      \
      UNROLL for (int r = 0; r < ROWS; r++) {                                                                  \
        UNROLL for (int v = 0; v < PANELS * VECTORS; v++) store(out + (size_t)r * outputs + v * V, sum[r][v]); \
      }                                                                                                        \
    } else {                                                                                                   \
      UNROLL for (int r = 0; r < ROWS; r++) {                                                                  \
        float kept[PANELS * PANEL];                                                                            \
        UNROLL for (int v = 0; v < PANELS * VECTORS; v++) store(kept + v * V, sum[r][v]);                      \
        memcpy(out + (size_t)r * outputs, kept, ((PANELS - 1) * PANEL + width) * sizeof(float));               \
      }                                                                                                        \
    }                                                                                                          \
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

// One row reads each weight once: four panels side by side keep enough sums going to hide their latency.
static void dense_row(const float *packed, size_t outputs, size_t inputs, const float *x, float *out) {
  const size_t next = (inputs + 1) * PANEL;
  size_t start = 0;
  for (; start + 4 * PANEL <= outputs; start += 4 * PANEL, packed += 4 * next) {
    dense_1_4(packed, outputs, inputs, x, out + start, PANEL);
  }
  for (; start < outputs; start += PANEL, packed += next) {
    dense_1_1(packed, outputs, inputs, x, out + start, outputs - start < PANEL ? outputs - start : PANEL);
  }
}

static void dense_panel(
    const float *packed, size_t outputs, size_t inputs, const float *x, size_t count, float *out, size_t width) {
  size_t r = 0;
#define ROWS_AT_ONCE(N)                                                                       \
  for (; r + N <= count; r += N) {                                                            \
    dense_##N##_1(packed, outputs, inputs, x + r * inputs, out + r * outputs, width);         \
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

static void dense(
    const float *packed, size_t outputs, size_t inputs, const float *x, size_t count, float *out) {
  if (count == 1) {
    dense_row(packed, outputs, inputs, x, out);
    return;
  }
  for (size_t first = 0; first < count; first += BLOCK) {
    size_t rows = count - first < BLOCK ? count - first : BLOCK;
    const float *panel = packed;
    for (size_t start = 0; start < outputs; start += PANEL, panel += (inputs + 1) * PANEL) {
      size_t width = outputs - start < PANEL ? outputs - start : PANEL;
      dense_panel(panel, outputs, inputs, x + first * inputs, rows, out + first * outputs + start, width);
    }
  }
}
