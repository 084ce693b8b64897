// Small fixed workloads of the kernels, for Benchmarks/instruction_counts.
#include <stdio.h>

#include "product.h"

static const ck_butterfly_kernels *k;
static const ck_lane_kernels *lanes;
static const ck_signal_kernels *frames;
static product p;
static float *x, *y, *w;
static int16_t *samples;
static float *re, *im;

enum { NUMBERS = 4096, SAMPLES = 400, INPUTS = 440, OUTPUTS = 1024 };

// callgrind counts only instructions inside `counted`.
__attribute__((noinline)) static void counted(void (*run)(void)) {
  run();
  __asm__ volatile("" ::: "memory");
}

static void forward(void) { run_forward(&p, k); }
static void backward(void) { run_backward(&p, k); }
static void packing(void) { pack(&p, k); }
static void unpacking(void) { unpack(&p, k); }
static void vector(void) {
  k->vector_forward(
      &p.s->butterfly, p.s->passes, p.s->pass_count, p.vector_packed, re, im);
}
static void forward_rows(void) {
  int32_t size = p.s->butterfly.size, lanes = p.s->butterfly.is_complex ? 8 : 16;
  size_t stride = (size_t)size * (lanes == 8 ? 2 : 1);
  ck_tile rows = {.rows = p.in, .stride = stride, .count = lanes, .length = size,
                               .is_complex = lanes == 8, .lanes = lanes};
  ck_tile_pair in = {rows, {0}}, out = {rows, {0}};
  out.first.rows = p.out;
  k->forward(&p.s->butterfly, p.packed, &in, &out, 0, 0, p.work);
}
// As in a front end: 400 samples, zero-padded to 512.
static ck_tile_pair real_rows(void) {
  return (ck_tile_pair){
      {.rows = p.in, .stride = SAMPLES, .count = 8, .length = SAMPLES, .lanes = 8}, {0}};
}
static void forward_real_rows(void) {
  ck_tile_pair in = real_rows(), out = {{.tiled = p.out}, {0}};
  k->forward(&p.s->butterfly, p.packed, &in, &out, 0, 0, p.work);
}
static void backward_real_rows(void) {
  ck_tile_pair in = real_rows(), gradient = {{.tiled = p.out_gradient}, {0}};
  k->backward(&p.s->butterfly, p.packed, &in, &gradient, 0, p.packed_gradient, 0, 0, p.work);
}
static void pool(void) {
  ck_band bands[40];
  for (int32_t b = 0; b < 40; b++) bands[b] = (ck_band){6 * b, 21, 21 * b};
  lanes->pool(bands, 40, w, x, y);
}
static void logarithm(void) { frames->logarithm(x, NUMBERS); }
static void window(void) {
  frames->convert_int16(samples, x, SAMPLES);
  frames->window(x, w, y, SAMPLES, 0.97f, true);
}
static void dense(void) { ck_layers_best()->dense(w, OUTPUTS, INPUTS, x, 4, y); }
static void sigmoid(void) { ck_layers_best()->sigmoid(x, NUMBERS, y); }

typedef struct {
  const char *name;
  void (*run)(void);
  // The size of a butterfly product; zero for other kernels.
  int32_t size;
  bool is_complex;
  twiddle_form form;
} workload;

static const workload workloads[] = {
    {"complex 512 BB*, unit form, forward of 16 vectors", forward, 512, true, UNIT_FORM},
    {"complex 512 BB*, unit form, backward of 16 vectors", backward, 512, true, UNIT_FORM},
    {"complex 512 BB*, unit form, forward of 8 rows", forward_rows, 512, true, UNIT_FORM},
    {"complex 512 BB*, unit form, one vector", vector, 512, true, UNIT_FORM},
    {"complex 512 BB*, unit form, packing", packing, 512, true, UNIT_FORM},
    {"complex 512 BB*, unit form, unpacking", unpacking, 512, true, UNIT_FORM},
    {"complex 512 BB*, forward of 16 vectors", forward, 512, true, FULL_FORM},
    {"complex 512 BB*, backward of 16 vectors", backward, 512, true, FULL_FORM},
    {"real 512 BB*, forward of 32 vectors", forward, 512, false, FULL_FORM},
    {"real 512 BB*, backward of 32 vectors", backward, 512, false, FULL_FORM},
    {"real 512 BB*, forward of 16 rows", forward_rows, 512, false, FULL_FORM},
    {"real 512 BB*, one vector", vector, 512, false, FULL_FORM},
    {"real 1024 BB*, forward of 32 vectors", forward, 1024, false, FULL_FORM},
    {"complex 512 BB*, unit form after the first factor, forward of 8 rows of 400 real numbers",
     forward_real_rows, 512, true, UNIT_FORM_AFTER_FIRST},
    {"complex 512 BB*, unit form after the first factor, backward of 8 rows of 400 real numbers",
     backward_real_rows, 512, true, UNIT_FORM_AFTER_FIRST},
    {"complex 512 BB*, unit form after the first factor, packing", packing, 512, true, UNIT_FORM_AFTER_FIRST},
    {"pooling of 8 frames into 40 bands", pool, 0, false, FULL_FORM},
    {"logarithm of 4096 numbers", logarithm, 0, false, FULL_FORM},
    {"conversion and window of 400 samples", window, 0, false, FULL_FORM},
    {"dense layer 440 to 1024, 4 rows", dense, 0, false, FULL_FORM},
    {"sigmoid of 4096 numbers", sigmoid, 0, false, FULL_FORM},
};

int main(int count, char **arguments) {
  k = ck_butterfly_best();
  lanes = ck_lanes_best();
  frames = ck_signal_best();
  if (count < 2) {
    // The kernels in use, then the names of the workloads.
    puts(k->name);
    for (size_t i = 0; i < sizeof workloads / sizeof *workloads; i++) puts(workloads[i].name);
    return 0;
  }
  const workload *load = workloads + atoi(arguments[1]);
  if (load->size > 0) {
    p = new_product(k, load->size, load->is_complex, 2, false, load->form);
    if (p.is_unit != (load->form != FULL_FORM)) abort();
    re = random_floats((size_t)load->size, 1);
    im = random_floats((size_t)load->size, 1);
  }
  x = random_floats(NUMBERS, 1);
  y = floats(NUMBERS);
  w = random_floats((INPUTS + 1) * OUTPUTS, 1);
  samples = memory(SAMPLES, sizeof(int16_t));
  if (load->run == logarithm)
    for (size_t i = 0; i < NUMBERS; i++) x[i] = 1 + x[i] * x[i];
  counted(load->run);
  return 0;
}
