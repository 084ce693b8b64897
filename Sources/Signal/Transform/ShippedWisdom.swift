/// FFTW wisdom by `FFTWWisdom.key`, from `FFTWWisdom.measured()` on an idle machine.
///
/// It was measured on a processor with AVX-512 (Zen 4) and is listed only for such: the same FFTW would
/// accept these plans on a processor with only AVX2, but whether they are the fastest there was not measured,
/// so it estimates instead. FFTW itself rejects wisdom of another build.
let shippedWisdom: [String: String] = [
  "fftw-3.3.10-sse2-avx avx512": debianAVX
]

private let debianAVX = """
  (fftw-3.3.10 fftwf_wisdom #x9e7d4dee #xdb14fed1 #x34bf76a4 #xeb6e8fdf
    (fftwf_codelet_n2fv_20_sse2 0 #x11bdd #x11bdd #x0 #xf1e221a9 #x3b4c5cd0 #x096559a3 #xdeb8f911)
    (fftwf_codelet_t2fv_32_avx 0 #x11048 #x11048 #x0 #xc6ca45ce #xf08c5f4a #x61a53ade #xe5e374c8)
    (fftwf_codelet_n2fv_32_avx 0 #x11048 #x11048 #x0 #x407181dc #x8a77cb1e #xa88df8c5 #xa32373b5)
    (fftwf_codelet_t2fv_4_avx 0 #x11bdd #x11bdd #x0 #x2c50659a #x343a7df7 #xd727540d #xacfea1f9)
    (fftwf_codelet_n2fv_12_sse2 0 #x11048 #x11048 #x0 #x63d4b2cb #xee00ee8b #xdc925321 #xa8467f83)
    (fftwf_codelet_n2fv_8_avx 0 #x11bdd #x11bdd #x0 #x6af30f58 #x888f2b57 #xe7e2a33a #x9ba6b982)
    (fftwf_codelet_t2fv_16_avx 0 #x11bdd #x11bdd #x0 #x8f86ac3f #x7cc3d8db #xc7865ecc #xea8b825e)
    (fftwf_codelet_t2fv_8_avx 0 #x11bdd #x11bdd #x0 #x161166c7 #x05df8f94 #xd8ed13e3 #x84c874a9)
    (fftwf_codelet_t2fv_5_avx 0 #x11048 #x11048 #x0 #x9be7fd48 #xddd4b587 #xa4d89d3c #xcfe8fc9f)
    (fftwf_codelet_n2fv_20_avx 0 #x11048 #x11048 #x0 #x7a0afaca #xf966c444 #x02757e95 #x61c6607d)
    (fftwf_codelet_t2fv_64_avx 0 #x11bdd #x11bdd #x0 #xfeec02f8 #xbbf06357 #xb26e7a2b #xf7b9dcb8)
    (fftwf_codelet_t2fv_20_avx 0 #x11048 #x11048 #x0 #x189aeebe #x3bb64679 #x53474e22 #x252091b0)
    (fftwf_codelet_n2fv_8_avx 0 #x11bdd #x11bdd #x0 #x43891fa9 #xe40b2f6f #xf3e0a288 #xe5b9cf92)
    (fftwf_codelet_t2fv_10_avx 0 #x11bdd #x11bdd #x0 #x8080308c #x716fe060 #x6c34ddbc #xa00705c7)
    (fftwf_codelet_n2fv_8_avx 0 #x11bdd #x11bdd #x0 #x3f177dac #xd6bae8fd #xec314547 #x95908075)
    (fftwf_dft_vrank_geq1_register 0 #x11048 #x11048 #x0 #x100421c8 #x61f6cf25 #x4b37946d #x4f4e03b5)
    (fftwf_codelet_t2fv_25_avx 0 #x11048 #x11048 #x0 #x4577399d #x72922806 #x171f9caf #xd68b1e11)
    (fftwf_codelet_n2fv_64_avx 0 #x11bdd #x11bdd #x0 #x03406dff #xc8fa0a2c #x62a9a61e #xa394d874)
    (fftwf_codelet_t2fv_10_avx 0 #x11048 #x11048 #x0 #x3bba99a0 #x1e76fcf8 #x991efe20 #xbdba1725)
    (fftwf_codelet_n1fv_4_sse2 0 #x11048 #x11048 #x0 #x3f928f05 #x20a7b0ef #x440cc6b7 #x612d8889)
  )
  """
