// Butterfly products on PyTorch tensors in the loop order of torch_butterfly's CPU extension: a stand-in for
// it, since no package index has it. Written from a description of that extension:
//   loops over block, factor, batch, stack and pair; scalar arithmetic on interleaved complex numbers; every
//   element through a tensor accessor; forward in place on a copy; backward repeats the forward pass, stores
//   the input of each factor, and accumulates the twiddle gradient in the loop over the batch. One thread.
#include <ATen/ATen.h>
#include <torch/library.h>

#include <tuple>

namespace {

using at::Tensor;

template <typename T>
T conjugate(T x) {
  return x;
}
template <typename T>
c10::complex<T> conjugate(c10::complex<T> x) {
  return std::conj(x);
}

template <typename T>
void apply(at::TensorAccessor<T, 6> twiddle, at::TensorAccessor<T, 3> x, int64_t block, int64_t factor,
           int64_t stride) {
  for (int64_t b = 0; b < x.size(0); b++)
    for (int64_t s = 0; s < x.size(1); s++)
      for (int64_t i = 0; i < x.size(2) / 2; i++) {
        int64_t low = i % stride;
        int64_t at = 2 * (i - low) + low;
        T a = x[b][s][at], c = x[b][s][at + stride];
        auto t = twiddle[s][block][factor][i];
        x[b][s][at] = t[0][0] * a + t[0][1] * c;
        x[b][s][at + stride] = t[1][0] * a + t[1][1] * c;
      }
}

int64_t stride_of(int64_t factor, int64_t factors, bool increasing) {
  return int64_t(1) << (increasing ? factor : factors - 1 - factor);
}

// twiddle: (stacks, blocks, log n, n / 2, 2, 2); input: (batch, stacks, n).
Tensor forward(const Tensor &twiddle, const Tensor &input, bool increasing) {
  Tensor output = input.clone(at::MemoryFormat::Contiguous);
  AT_DISPATCH_FLOATING_AND_COMPLEX_TYPES(input.scalar_type(), "butterfly", [&] {
    auto t = twiddle.accessor<scalar_t, 6>();
    auto x = output.accessor<scalar_t, 3>();
    for (int64_t block = 0; block < twiddle.size(1); block++)
      for (int64_t factor = 0; factor < twiddle.size(2); factor++)
        apply<scalar_t>(
            t, x, block, factor, stride_of(factor, twiddle.size(2), increasing == (block % 2 == 0)));
  });
  return output;
}

std::tuple<Tensor, Tensor> backward(const Tensor &twiddle, const Tensor &input, const Tensor &gradient,
                                    bool increasing) {
  int64_t blocks = twiddle.size(1), factors = twiddle.size(2);
  Tensor stored = at::empty({blocks * factors, input.size(0), input.size(1), input.size(2)}, input.options());
  Tensor d_twiddle = at::zeros_like(twiddle);
  Tensor d_input = gradient.clone(at::MemoryFormat::Contiguous);
  AT_DISPATCH_FLOATING_AND_COMPLEX_TYPES(input.scalar_type(), "butterfly_backward", [&] {
    auto t = twiddle.accessor<scalar_t, 6>();
    auto d = d_twiddle.accessor<scalar_t, 6>();
    auto g = d_input.accessor<scalar_t, 3>();
    stored[0].copy_(input);
    for (int64_t k = 0; k + 1 < blocks * factors; k++) {
      stored[k + 1].copy_(stored[k]);
      Tensor next = stored[k + 1];
      apply<scalar_t>(t, next.accessor<scalar_t, 3>(), k / factors, k % factors,
                      stride_of(k % factors, factors, increasing == (k / factors % 2 == 0)));
    }
    for (int64_t k = blocks * factors - 1; k >= 0; k--) {
      int64_t block = k / factors, factor = k % factors;
      int64_t stride = stride_of(factor, factors, increasing == (block % 2 == 0));
      Tensor factor_input = stored[k];
      auto x = factor_input.accessor<scalar_t, 3>();
      for (int64_t b = 0; b < g.size(0); b++)
        for (int64_t s = 0; s < g.size(1); s++)
          for (int64_t i = 0; i < g.size(2) / 2; i++) {
            int64_t low = i % stride;
            int64_t at = 2 * (i - low) + low;
            scalar_t g0 = g[b][s][at], g1 = g[b][s][at + stride];
            scalar_t x0 = conjugate(x[b][s][at]), x1 = conjugate(x[b][s][at + stride]);
            auto m = t[s][block][factor][i];
            auto e = d[s][block][factor][i];
            e[0][0] += g0 * x0;
            e[0][1] += g0 * x1;
            e[1][0] += g1 * x0;
            e[1][1] += g1 * x1;
            g[b][s][at] = conjugate(m[0][0]) * g0 + conjugate(m[1][0]) * g1;
            g[b][s][at + stride] = conjugate(m[0][1]) * g0 + conjugate(m[1][1]) * g1;
          }
    }
  });
  return {d_twiddle, d_input};
}

}  // namespace

TORCH_LIBRARY(kaleidoscope_peer, library) {
  library.def("butterfly(Tensor twiddle, Tensor input, bool increasing) -> Tensor");
  library.def(
      "butterfly_backward(Tensor twiddle, Tensor input, Tensor gradient, bool increasing)"
      " -> (Tensor, Tensor)");
}

TORCH_LIBRARY_IMPL(kaleidoscope_peer, CPU, library) {
  library.impl("butterfly", forward);
  library.impl("butterfly_backward", backward);
}
