// Butterfly products computed from their definition, in double precision, one vector at a time.
#ifndef CROSS_COMPILED_REFERENCE_H
#define CROSS_COMPILED_REFERENCE_H

#include <complex.h>

#include "product.h"

typedef double complex cplx;

static size_t reference_pair(size_t i, size_t stride) { return 2 * (i - i % stride) + i % stride; }

static cplx twiddle_at(const product *p, size_t factor, size_t i, int e) {
  size_t at = factor * 2 * (size_t)p->s->butterfly.size + 4 * i + (size_t)e;
  return p->twiddles[at] + (p->s->butterfly.is_complex ? I * (double)p->twiddles[p->plane + at] : 0);
}

// Writes the output of factor f to x[(f + 1) · n ...]; x[0 ..< n] is the input.
static void reference_forward(const product *p, cplx *x) {
  size_t n = (size_t)p->s->butterfly.size;
  for (size_t f = 0; f < p->s->factor_count; f++, x += n) {
    size_t stride = (size_t)p->s->strides[f];
    for (size_t i = 0; i < n / 2; i++) {
      size_t a = reference_pair(i, stride), c = a + stride;
      x[n + a] = twiddle_at(p, f, i, 0) * x[a] + twiddle_at(p, f, i, 1) * x[c];
      x[n + c] = twiddle_at(p, f, i, 2) * x[a] + twiddle_at(p, f, i, 3) * x[c];
    }
  }
}

// Replaces the output gradient by the input gradient and adds the gradient with respect to the twiddles.
static void reference_backward(const product *p, const cplx *x, cplx *g, cplx *gradient) {
  size_t n = (size_t)p->s->butterfly.size;
  for (size_t f = p->s->factor_count; f-- > 0;) {
    size_t stride = (size_t)p->s->strides[f];
    const cplx *input = x + f * n;
    for (size_t i = 0; i < n / 2; i++) {
      size_t a = reference_pair(i, stride), c = a + stride;
      cplx *d = gradient + f * 2 * n + 4 * i;
      d[0] += g[a] * conj(input[a]);
      d[1] += g[a] * conj(input[c]);
      d[2] += g[c] * conj(input[a]);
      d[3] += g[c] * conj(input[c]);
      cplx y = conj(twiddle_at(p, f, i, 0)) * g[a] + conj(twiddle_at(p, f, i, 2)) * g[c];
      g[c] = conj(twiddle_at(p, f, i, 1)) * g[a] + conj(twiddle_at(p, f, i, 3)) * g[c];
      g[a] = y;
    }
  }
}

// The number of vector l of two tiles at a position.
static cplx tile_number(const product *p, const float *tiles, size_t l, size_t position) {
  bool is_complex = p->s->butterfly.is_complex;
  size_t lanes = is_complex ? 8 : 16, tile = (size_t)p->s->butterfly.size * CK_TILE_ROW;
  const float *row = tiles + (l / lanes) * tile + position * CK_TILE_ROW + l % lanes;
  return is_complex ? row[0] + I * (double)row[8] : row[0];
}

// The maximum absolute difference, and the maximum absolute value.
typedef struct {
  double difference, largest;
} error;

static void add_error(error *e, cplx found, cplx expected) {
  double difference = cabs(found - expected);
  if (!(difference <= e->difference)) e->difference = difference;
  if (cabs(expected) > e->largest) e->largest = cabs(expected);
}

static double relative(error e) { return e.largest > 0 ? e.difference / e.largest : e.difference; }

typedef struct {
  double output, input_gradient, twiddle_gradient;
} errors;

// Runs the forward pass, the backward pass and unpacking, and compares with the definition.
static errors compare(product *p, const ck_butterfly_kernels *k) {
  size_t n = (size_t)p->s->butterfly.size, factors = p->s->factor_count;
  size_t vectors = p->s->butterfly.is_complex ? 16 : 32, count = 2 * n * factors;
  cplx *x = memory((factors + 1) * n, sizeof(cplx)), *g = memory(n, sizeof(cplx));
  cplx *gradient = memory(count, sizeof(cplx));
  error output = {0, 0}, input = {0, 0}, twiddle = {0, 0};
  run_forward(p, k);
  run_backward(p, k);
  unpack(p, k);
  for (size_t l = 0; l < vectors; l++) {
    for (size_t i = 0; i < n; i++) {
      x[i] = tile_number(p, p->in, l, i);
      g[i] = tile_number(p, p->out_gradient, l, i);
    }
    reference_forward(p, x);
    reference_backward(p, x, g, gradient);
    for (size_t i = 0; i < n; i++) {
      add_error(&output, tile_number(p, p->out, l, i), x[factors * n + i]);
      add_error(&input, tile_number(p, p->in_gradient, l, i), g[i]);
    }
  }
  for (size_t i = 0; i < count; i++)
    add_error(
        &twiddle, p->gradient[i] + (p->s->butterfly.is_complex ? I * (double)p->gradient[p->plane + i] : 0),
        gradient[i]);
  free(x);
  free(g);
  free(gradient);
  return (errors){relative(output), relative(input), relative(twiddle)};
}

#endif
