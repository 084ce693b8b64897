// A convolution over time, the same for each column, and its gradients.
//
// Blocks of outputs or frames by vectors of columns have enough independent sums to hide the latency of a
// multiply-add; their sizes are constants wherever a block is inlined.

// MARK: Forward: lanes are columns, each output is one chain of sums over the frames

#define BLOCK_OUTPUTS 6
#define BLOCK_VECTORS 2

INLINE void depthwise_block(
    int outputs, int vectors, const float *w, size_t frames, float *const *x, const size_t *at, size_t width,
    float *out) {
  vf sum[BLOCK_OUTPUTS][BLOCK_VECTORS];
  UNROLL for (int o = 0; o < outputs; o++) {
    UNROLL for (int v = 0; v < vectors; v++) sum[o][v] = splat(0);
  }
  for (size_t j = 0; j < frames; j++) {
    vf value[BLOCK_VECTORS];
    UNROLL for (int v = 0; v < vectors; v++) value[v] = load(x[j] + at[v]);
    UNROLL for (int o = 0; o < outputs; o++) {
      vf weight = splat(w[(size_t)o * frames + j]);
      UNROLL for (int v = 0; v < vectors; v++) sum[o][v] = FMA(weight, value[v], sum[o][v]);
    }
  }
  UNROLL for (int o = 0; o < outputs; o++) {
    UNROLL for (int v = 0; v < vectors; v++) store(out + (size_t)o * width + at[v], sum[o][v]);
  }
}

// The columns of a row shorter than a vector.
INLINE void depthwise_columns(
    int outputs, const float *w, size_t frames, float *const *x, size_t width, float *out) {
  for (size_t c = 0; c < width; c++) {
    float sum[BLOCK_OUTPUTS] = {0};
    for (size_t j = 0; j < frames; j++) {
      UNROLL for (int o = 0; o < outputs; o++) sum[o] = FMA1(w[(size_t)o * frames + j], x[j][c], sum[o]);
    }
    UNROLL for (int o = 0; o < outputs; o++) out[(size_t)o * width + c] = sum[o];
  }
}

INLINE void depthwise_outputs(
    int outputs, const float *w, size_t frames, float *const *x, size_t width, float *out) {
  if (width < V) {
    depthwise_columns(outputs, w, frames, x, width, out);
    return;
  }
  // The last vector ends with the row: columns that it shares with the previous one are computed twice.
  const size_t last = width - V;
  for (size_t c = 0; c < width; c += 2 * V) {
    const size_t at[BLOCK_VECTORS] = {c < last ? c : last, c + V < last ? c + V : last};
    if (at[0] < last) {
      depthwise_block(outputs, 2, w, frames, x, at, width, out);
    } else {
      depthwise_block(outputs, 1, w, frames, x, at, width, out);
    }
  }
}

static void depthwise(
    const float *w, size_t outputs, size_t frames, float *const *x, size_t width, float *out) {
  for (; outputs >= BLOCK_OUTPUTS; outputs -= BLOCK_OUTPUTS) {
    depthwise_outputs(BLOCK_OUTPUTS, w, frames, x, width, out);
    w += BLOCK_OUTPUTS * frames;
    out += BLOCK_OUTPUTS * width;
  }
  switch (outputs) {
  case 5: depthwise_outputs(5, w, frames, x, width, out); break;
  case 4: depthwise_outputs(4, w, frames, x, width, out); break;
  case 3: depthwise_outputs(3, w, frames, x, width, out); break;
  case 2: depthwise_outputs(2, w, frames, x, width, out); break;
  case 1: depthwise_outputs(1, w, frames, x, width, out); break;
  default: break;
  }
}

// MARK: Gradients: eight lanes for every vector width, so that sums over lanes have one order

// The first `count` < 8 numbers of a row, then zeros.
INLINE v8 load8_part(const float *p, size_t count) {
  float padded[8] = {0};
  memcpy(padded, p, count * sizeof(float));
  return load8(padded);
}

INLINE float lane_sum8(v8 v) {
  v4 four = __builtin_shufflevector(v, v, 0, 1, 2, 3) + __builtin_shufflevector(v, v, 4, 5, 6, 7);
  return (four[0] + four[2]) + (four[1] + four[3]);
}

#define SUMMED_OUTPUTS 3
#define SUMMED_FRAMES 4

// Adds the products of eight columns of a row, from `c` on, or of the remaining `part` < 8, to the sums of a
// block of weights.
INLINE void add_weight_products(
    int outputs, int frames, const float *g, size_t width, float *const *x, size_t c, size_t part,
    v8 sum[SUMMED_OUTPUTS][SUMMED_FRAMES]) {
  v8 gradient[SUMMED_OUTPUTS];
  UNROLL for (int o = 0; o < outputs; o++) {
    const float *from = g + (size_t)o * width + c;
    gradient[o] = part ? load8_part(from, part) : load8(from);
  }
  UNROLL for (int j = 0; j < frames; j++) {
    v8 value = part ? load8_part(x[j] + c, part) : load8(x[j] + c);
    UNROLL for (int o = 0; o < outputs; o++) sum[o][j] = FMA(gradient[o], value, sum[o][j]);
  }
}

INLINE void depthwise_weight_block(
    int outputs, int frames, const float *g, size_t g_stride, size_t count, float *const *x, size_t width,
    float *dw, size_t dw_stride) {
  v8 sum[SUMMED_OUTPUTS][SUMMED_FRAMES];
  UNROLL for (int o = 0; o < outputs; o++) {
    UNROLL for (int j = 0; j < frames; j++) sum[o][j] = (v8)(0);
  }
  for (size_t r = 0; r < count; r++, g += g_stride, x++) {
    size_t c = 0;
    for (; c + 8 <= width; c += 8) add_weight_products(outputs, frames, g, width, x, c, 0, sum);
    if (c < width) add_weight_products(outputs, frames, g, width, x, c, width - c, sum);
  }
  UNROLL for (int o = 0; o < outputs; o++) {
    UNROLL for (int j = 0; j < frames; j++) dw[(size_t)o * dw_stride + (size_t)j] += lane_sum8(sum[o][j]);
  }
}

INLINE void depthwise_weight_outputs(
    int outputs, const float *g, size_t g_stride, size_t count, size_t frames, float *const *x, size_t width,
    float *dw) {
  size_t j = 0;
  for (; j + 4 <= frames; j += 4) {
    depthwise_weight_block(outputs, 4, g, g_stride, count, x + j, width, dw + j, frames);
  }
  for (; j < frames; j++) {
    depthwise_weight_block(outputs, 1, g, g_stride, count, x + j, width, dw + j, frames);
  }
}

static void depthwise_weight_gradient(
    const float *g, size_t count, size_t outputs, size_t frames, float *const *x, size_t width, float *dw) {
  const size_t stride = outputs * width;
  size_t o = 0;
  for (; o + 3 <= outputs; o += 3) {
    depthwise_weight_outputs(3, g + o * width, stride, count, frames, x, width, dw + o * frames);
  }
  if (outputs - o == 2) {
    depthwise_weight_outputs(2, g + o * width, stride, count, frames, x, width, dw + o * frames);
  } else if (outputs - o == 1) {
    depthwise_weight_outputs(1, g + o * width, stride, count, frames, x, width, dw + o * frames);
  }
}

#define ADDED_FRAMES 8

// Adds to eight columns of some frames, from `c` on, or to the remaining `part` < 8.
INLINE void depthwise_input_block(
    int frames, const float *w, size_t w_stride, size_t outputs, const float *g, size_t width, size_t c,
    size_t part, float *const *dx) {
  v8 sum[ADDED_FRAMES];
  UNROLL for (int j = 0; j < frames; j++) sum[j] = (v8)(0);
  for (size_t o = 0; o < outputs; o++) {
    const float *from = g + o * width + c;
    v8 gradient = part ? load8_part(from, part) : load8(from);
    UNROLL for (int j = 0; j < frames; j++) {
      sum[j] = FMA((v8)(w[o * w_stride + (size_t)j]), gradient, sum[j]);
    }
  }
  // Frame by frame, since several may be the same row.
  UNROLL for (int j = 0; j < frames; j++) {
    float *to = dx[j] + c;
    if (part) {
      v8 total = load8_part(to, part) + sum[j];
      memcpy(to, &total, part * sizeof(float));
    } else {
      store8(to, load8(to) + sum[j]);
    }
  }
}

INLINE void depthwise_input_frames(
    int frames, const float *w, size_t w_stride, size_t outputs, const float *g, size_t width,
    float *const *dx) {
  size_t c = 0;
  for (; c + 8 <= width; c += 8) depthwise_input_block(frames, w, w_stride, outputs, g, width, c, 0, dx);
  if (c < width) depthwise_input_block(frames, w, w_stride, outputs, g, width, c, width - c, dx);
}

static void depthwise_input_gradient(
    const float *w, size_t outputs, size_t frames, const float *g, size_t width, float *const *dx) {
  size_t j = 0;
  for (; j + ADDED_FRAMES <= frames; j += ADDED_FRAMES) {
    depthwise_input_frames(ADDED_FRAMES, w + j, frames, outputs, g, width, dx + j);
  }
  for (; j < frames; j++) depthwise_input_frames(1, w + j, frames, outputs, g, width, dx + j);
}
