import Corpus
package import Foundations
import TrainedModels

extension LiveStreamOptions {
  /// The settings of `stream` beside those of the front end, in the order of the help.
  package static let settings: [Setting<LiveStreamOptions>] = [
    .choice(
      "input", \.input,
      help: """
        What comes in: file (WAV or SPHERE), s16 or f32 (little-endian, mono, without a header), or auto: a \
        file by its first bytes, else s16.
        """),
    .choice(
      "output", \.output, help: "What goes out: text, npy or ark; of a model text, phn or jsonl."),
    .channel(\.channel), .resample(\.resamples),
    .text(
      "key", \.key, key, help: "Name of the stream: keys of matrices, and what dither depends on."
    ).valued("key"),
    .integer(
      "block-frames", \.blockFrames, 1...1_000_000,
      help: "Frames in each array or matrix that goes into a pipe."),
  ]

  private static let key = SettingForm<String>("a word of printable ASCII") { text in
    let isWord = !text.isEmpty && text.utf8.count <= 1024 && text.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
    return isWord ? text : nil
  } write: {
    $0
  }
}
