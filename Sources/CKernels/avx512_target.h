// The target of kernels with 16 lanes: AVX-512. With CK_WIDE_ON_AVX2 they are compiled for AVX2, each vector
// in two registers, so that tests can run them on a processor without AVX-512.
#ifdef CK_WIDE_ON_AVX2
#define CK_WIDE_TARGET target("avx2,fma")
#define CK_WIDE_NAME "avx512 on avx2+fma"
#else
#define CK_WIDE_TARGET target("avx2,fma,avx512f,avx512dq,avx512bw,avx512vl")
#define CK_WIDE_NAME "avx512"
#endif
