// Checks of the signal and layer kernels against plain loops in double precision.
#ifndef CROSS_COMPILED_FRAME_CHECKS_H
#define CROSS_COMPILED_FRAME_CHECKS_H

#include <math.h>

#include "check.h"
#include "product.h"

#define LENGTHS 12
static const size_t lengths[LENGTHS] = {1, 2, 3, 7, 8, 9, 31, 64, 79, 200, 400, 551};

static double ulp_of(double x) {
  float f = fabsf((float)x);
  return nextafterf(f, INFINITY) - f;
}

static void check_samples(const ck_signal_kernels *k) {
  for (size_t i = 0; i < LENGTHS; i++) {
    size_t n = lengths[i];
    // Not aligned to vectors.
    int16_t *samples = memory(n + 1, sizeof(int16_t));
    float *x = floats(n + 1), *w = random_floats(n + 1, 1), *out = floats(n + 1);
    double sum = 0, energy = 0;
    for (size_t j = 0; j < n; j++) sum += samples[1 + j] = (int16_t)(32767 * random_float());
    k->convert_int16(samples + 1, x + 1, n);
    bool is_same = true;
    for (size_t j = 0; j < n; j++) is_same &= x[1 + j] == samples[1 + j];
    check(is_same, "conversion of %zu samples", n);
    check(k->sum(x + 1, n) == sum, "sum of %zu samples", n);
    float mean = (float)(sum / (double)n);
    for (size_t j = 0; j < n; j++) energy += ((double)x[1 + j] - mean) * ((double)x[1 + j] - mean);
    check(fabs(k->energy(x + 1, n, mean) - energy) <= 2e-6 * energy, "energy of %zu samples", n);
    k->window(x + 1, w + 1, out + 1, n, 0.97f, true);
    double largest = 0;
    for (size_t j = 0; j < n; j++) {
      double previous = x[j > 0 ? j : 1], c = 0.97f;
      double expected = ((x[1 + j] - c * previous) - sum / (double)n * (1 - c)) * w[1 + j];
      double error = fabs(out[1 + j] - expected);
      if (!(error <= largest)) largest = error;
    }
    check(largest <= 0.02, "window of %zu samples: off by %g", n, largest);
    free(samples);
    free(x);
    free(w);
    free(out);
  }
}

static void check_logarithm(const ck_signal_kernels *k) {
  enum { COUNT = 4096 };
  float *x = floats(COUNT), *y = floats(COUNT);
  double largest = 0;
  for (uint32_t start = 0x00800000; start < 0x7f000000; start += 0x01000000) {
    for (uint32_t i = 0; i < COUNT; i++) {
      uint32_t bits = start + i * 4093;
      memcpy(x + i, &bits, sizeof bits);
    }
    memcpy(y, x, COUNT * sizeof(float));
    k->logarithm(y, COUNT);
    for (size_t i = 0; i < COUNT; i++) {
      double exact = log(x[i]), error = fabs(y[i] - exact);
      error = exact == 0 ? error : error / ulp_of(exact);
      if (!(error <= largest)) largest = error;
    }
  }
  check(largest <= 1, "logarithm: %g ulp", largest);
  free(x);
  free(y);
}

static void check_matrix(const ck_signal_kernels *k) {
  size_t rows = 13, columns = 40, group = (size_t)k->group;
  float *matrix = random_floats(rows * columns, 1), *x = random_floats(columns * group, 20);
  float *out = floats(rows * group), *one = floats(columns), *alone = floats(rows);
  k->matrix_group(matrix, rows, columns, x, out);
  for (size_t f = 0; f < group; f++) {
    for (size_t b = 0; b < columns; b++) one[b] = x[b * group + f];
    k->matrix(matrix, rows, columns, one, alone);
    for (size_t r = 0; r < rows; r++) {
      double sum = 0;
      for (size_t b = 0; b < columns; b++) sum += (double)matrix[r * columns + b] * one[b];
      check(fabs(out[r * group + f] - sum) <= 1e-4, "matrix times a vector, in a group");
      check(out[r * group + f] == alone[r], "matrix times a vector, alone: differs from that in a group");
    }
  }
  free(matrix);
  free(x);
  free(out);
  free(one);
  free(alone);
}

static void check_layers(const ck_layer_kernels *k) {
  size_t outputs = 61, inputs = 440, count = 5, panel = (size_t)k->panel;
  float *weights = random_floats(outputs * inputs, 1), *bias = random_floats(outputs, 1);
  float *x = random_floats(count * inputs, 1), *out = floats(count * outputs);
  float *packed = floats((outputs + panel - 1) / panel * panel * (inputs + 1));
  k->dense_pack(weights, bias, outputs, inputs, packed);
  k->dense(packed, outputs, inputs, x, count, out);
  for (size_t r = 0; r < count; r++)
    for (size_t n = 0; n < outputs; n++) {
      double sum = bias[n];
      for (size_t i = 0; i < inputs; i++) sum += (double)weights[n * inputs + i] * x[r * inputs + i];
      check(fabs(out[r * outputs + n] - sum) <= 2e-5, "dense layer, row %zu, output %zu", r, n);
    }
  for (size_t i = 0; i < count * inputs; i++) x[i] *= 12;
  float *y = floats(count * inputs), *z = floats(count * inputs);
  k->sigmoid(x, count * inputs, y);
  k->tanh(x, count * inputs, z);
  for (size_t i = 0; i < count * inputs; i++) {
    double s = 1 / (1 + exp(-(double)x[i])), t = tanh(x[i]);
    check(fabs(y[i] - s) <= 3 * ulp_of(s), "sigmoid of %g", x[i]);
    check(fabs(z[i] - t) <= 3 * ulp_of(t), "hyperbolic tangent of %g", x[i]);
  }
  float *all[] = {weights, bias, x, out, packed, y, z};
  for (size_t i = 0; i < sizeof all / sizeof *all; i++) free(all[i]);
}

#endif
