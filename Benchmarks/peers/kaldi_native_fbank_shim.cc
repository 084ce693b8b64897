// A C interface to kaldi-native-fbank, so that it runs in the same process and on the same thread as ours.
// The library is unmodified and used through OnlineFbank, as in its own examples.

#include <cstdint>
#include <cstring>
#include <ctime>
#include <exception>
#include <memory>

#include "kaldi-native-fbank/csrc/online-feature.h"

#define PEER_EXPORT extern "C" __attribute__((visibility("default")))

namespace {

int64_t ThreadNanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<int64_t>(now.tv_sec) * 1000000000 + now.tv_nsec;
}

knf::FbankOptions Options(int32_t bins) {
  knf::FbankOptions options;
  options.frame_opts.dither = 0;
  options.mel_opts.num_bins = bins;
  return options;
}

}  // namespace

// A description of how this library was built, for the report.
PEER_EXPORT const char *peer_description() { return PEER_DESCRIPTION; }

// Writes the log mel features of a whole utterance (samples in the Int16 range) to `out`, [frames, bins], and
// returns the number of frames, or -1. `nanoseconds` is the thread CPU time from the first sample accepted to
// the last frame copied out, without the construction of the OnlineFbank (window, mel banks).
PEER_EXPORT int64_t peer_fbank(
    int32_t bins, const float *samples, int64_t count, float *out, int64_t capacity, int64_t *nanoseconds) {
  try {
    knf::OnlineFbank fbank(Options(bins));
    const int64_t start = ThreadNanoseconds();
    fbank.AcceptWaveform(16000, samples, static_cast<int32_t>(count));
    fbank.InputFinished();
    const int32_t frames = fbank.NumFramesReady();
    if (frames > capacity) return -1;
    for (int32_t frame = 0; frame < frames; ++frame) {
      std::memcpy(out + static_cast<int64_t>(frame) * bins, fbank.GetFrame(frame), sizeof(float) * bins);
    }
    *nanoseconds = ThreadNanoseconds() - start;
    return frames;
  } catch (const std::exception &) {
    return -1;
  }
}

// An online stream. `peer_stream_accept` copies the frames that became ready to `out` and returns their
// number, or -1.
PEER_EXPORT void *peer_stream_open(int32_t bins) {
  try {
    return new knf::OnlineFbank(Options(bins));
  } catch (const std::exception &) {
    return nullptr;
  }
}

PEER_EXPORT int64_t peer_stream_accept(void *stream, const float *samples, int64_t count, float *out,
                                       int64_t capacity) {
  auto *fbank = static_cast<knf::OnlineFbank *>(stream);
  try {
    const int32_t before = fbank->NumFramesReady();
    fbank->AcceptWaveform(16000, samples, static_cast<int32_t>(count));
    const int32_t ready = fbank->NumFramesReady() - before;
    if (ready > capacity) return -1;
    const int32_t bins = fbank->Dim();
    for (int32_t frame = 0; frame < ready; ++frame) {
      std::memcpy(
          out + static_cast<int64_t>(frame) * bins, fbank->GetFrame(before + frame), sizeof(float) * bins);
    }
    fbank->Pop(ready);
    return ready;
  } catch (const std::exception &) {
    return -1;
  }
}

PEER_EXPORT void peer_stream_close(void *stream) { delete static_cast<knf::OnlineFbank *>(stream); }
