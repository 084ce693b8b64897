// Checks of the lane kernels, convolutions over time and ReLU against plain loops.
#ifndef CROSS_COMPILED_LANE_CHECKS_H
#define CROSS_COMPILED_LANE_CHECKS_H

#include <math.h>

#include "check.h"
#include "product.h"

static void check_lanes(const ck_lane_kernels *k) {
  enum { SIZE = 16, POSITIONS = 5, BANDS = 4 };
  static const int32_t positions[POSITIONS] = {3, 0, 15, 7, 8};
  float *tile = random_floats(SIZE * CK_TILE_ROW, 1), *power = floats(8 * POSITIONS);
  float *gradient = random_floats(8 * POSITIONS, 1), *z = floats(SIZE * CK_TILE_ROW);
  k->power(tile, positions, POSITIONS, power);
  memcpy(z, tile, SIZE * CK_TILE_ROW * sizeof(float));
  k->power_gradient(z, positions, POSITIONS, gradient, true, 0.25f);
  for (size_t c = 0; c < POSITIONS; c++)
    for (size_t l = 0; l < 8; l++) {
      size_t at = (size_t)positions[c] * CK_TILE_ROW + l;
      double re = tile[at], im = tile[at + 8], p = re * re + im * im, g = gradient[8 * c + l];
      check(fabs(power[8 * c + l] - p) <= 2e-7 * p, "power of lane %zu", l);
      double factor = 2 * g / (p + 0.25);
      check(
          fabs(z[at] - factor * re) <= 1e-6 * fabs(factor) &&
              fabs(z[at + 8] - factor * im) <= 1e-6 * fabs(factor),
          "gradient of lane %zu", l);
    }
  static const ck_band bands[BANDS] = {{0, 3, 0}, {2, 8, 3}, {5, 21, 11}, {1, 32, 32}};
  float *weights = random_floats(64, 1), *spectrum = random_floats(8 * 40, 1), *pooled = floats(8 * BANDS);
  k->pool(bands, BANDS, weights, spectrum, pooled);
  for (size_t b = 0; b < BANDS; b++)
    for (size_t l = 0; l < 8; l++) {
      const float *w = weights + bands[b].offset, *points = spectrum + 8 * bands[b].first_point;
      double sum = 0;
      for (size_t i = 0; i < (size_t)bands[b].width; i++) sum += (double)w[i] * points[8 * i + l];
      check(fabs(pooled[8 * b + l] - sum) <= 3e-6, "band %zu of lane %zu", b, l);
    }
  float *all[] = {tile, power, gradient, z, weights, spectrum, pooled};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
}

static void check_depthwise(const ck_layer_kernels *k, size_t width) {
  enum { OUTPUTS = 11, FRAMES = 32, COUNT = 3 };
  float *weights = random_floats(OUTPUTS * FRAMES, 1), *rows = random_floats((FRAMES + COUNT) * width, 1);
  float *gradient = random_floats(COUNT * OUTPUTS * width, 1), *out = floats(OUTPUTS * width);
  float *d = floats(OUTPUTS * FRAMES), *dx = floats((FRAMES + COUNT) * width);
  float *x[FRAMES + COUNT], *g[FRAMES];
  for (size_t j = 0; j < FRAMES + COUNT; j++) x[j] = rows + j * width;
  for (size_t j = 0; j < FRAMES; j++) g[j] = dx + j * width;
  k->depthwise(weights, OUTPUTS, FRAMES, x, width, out);
  k->depthwise_weight_gradient(gradient, COUNT, OUTPUTS, FRAMES, x, width, d);
  k->depthwise_input_gradient(weights, OUTPUTS, FRAMES, gradient, width, g);
  for (size_t o = 0; o < OUTPUTS; o++)
    for (size_t c = 0; c < width; c++) {
      double sum = 0;
      for (size_t j = 0; j < FRAMES; j++) sum += (double)weights[o * FRAMES + j] * x[j][c];
      check(fabs(out[o * width + c] - sum) <= 1e-5, "output %zu of column %zu of %zu", o, c, width);
    }
  for (size_t j = 0; j < FRAMES; j++) {
    for (size_t o = 0; o < OUTPUTS; o++) {
      double sum = 0;
      for (size_t r = 0; r < COUNT; r++)
        for (size_t c = 0; c < width; c++)
          sum += (double)gradient[(r * OUTPUTS + o) * width + c] * x[r + j][c];
      check(
          fabs(d[o * FRAMES + j] - sum) <= 2e-5, "gradient of weight %zu of frame %zu, width %zu", o, j,
          width);
    }
    for (size_t c = 0; c < width; c++) {
      double sum = 0;
      for (size_t o = 0; o < OUTPUTS; o++) sum += (double)weights[o * FRAMES + j] * gradient[o * width + c];
      check(fabs(g[j][c] - sum) <= 1e-5, "gradient of column %zu of frame %zu, width %zu", c, j, width);
    }
  }
  float *all[] = {weights, rows, gradient, out, d, dx};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
}

static void check_rectifier(const ck_layer_kernels *k) {
  for (size_t n = 0; n < 40; n += 3) {
    float *x = random_floats(n, 1), *g = random_floats(n, 1), *y = floats(n), *dx = floats(n);
    k->rectify(x, n, y);
    k->rectify_gradient(g, y, n, dx);
    bool is_right = true;
    for (size_t i = 0; i < n; i++)
      is_right &= y[i] == (x[i] < 0 ? 0 : x[i]) && dx[i] == (x[i] > 0 ? g[i] : 0);
    check(is_right, "ReLU of %zu numbers", n);
    float *all[] = {x, g, y, dx};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
  }
}

#endif
