// Steps of a front end on 8 frames at a time, `[channels][8]`: a frame is a lane, so no operation crosses
// lanes. Products and sums are rounded separately in every instruction set.

static void lanes_power(const float *tile, const int32_t *positions, size_t count, float *out) {
  for (size_t c = 0; c < count; c++) {
    const float *z = tile + (size_t)positions[c] * CK_TILE_ROW;
    v8 re = load8(z), im = load8(z + 8);
    store8(out + 8 * c, re * re + im * im);
  }
}

static void lanes_power_gradient(
    float *tile, const int32_t *positions, size_t count, const float *gradient, bool logarithm,
    float offset) {
  for (size_t c = 0; c < count; c++) {
    float *z = tile + (size_t)positions[c] * CK_TILE_ROW;
    v8 re = load8(z), im = load8(z + 8), g = load8(gradient + 8 * c);
    v8 factor = g + g;
    if (logarithm) factor /= re * re + im * im + (v8)(offset);
    store8(z, re * factor);
    store8(z + 8, im * factor);
  }
}

static void lanes_pool(
    const ck_band *bands, size_t count, const float *weights, const float *power, float *out) {
  for (size_t b = 0; b < count; b++) {
    const float *w = weights + bands[b].offset, *p = power + 8 * (size_t)bands[b].first_point;
    size_t width = (size_t)bands[b].width, i = 0;
    v8 s[8];
#pragma clang loop unroll(full)
    for (int j = 0; j < 8; j++) s[j] = (v8)(0.0f);
    for (; i + 8 <= width; i += 8) {
#pragma clang loop unroll(full)
      for (size_t j = 0; j < 8; j++) s[j] += (v8)(w[i + j]) * load8(p + 8 * (i + j));
    }
    v8 sum = ((s[0] + s[4]) + (s[2] + s[6])) + ((s[1] + s[5]) + (s[3] + s[7]));
    for (; i < width; i++) sum += (v8)(w[i]) * load8(p + 8 * i);
    store8(out + 8 * b, sum);
  }
}
