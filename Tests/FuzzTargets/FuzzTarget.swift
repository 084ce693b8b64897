import Files
import Glibc

/// A parser that may be given any bytes: it returns or throws a typed error, and what it takes keeps its
/// promises.
///
/// A broken promise ends the program, as a trap in the parser does; that is what a fuzzer looks for.
package struct FuzzTarget: Sendable {
  package let name: String
  private let body: @Sendable (_ bytes: [UInt8], _ file: ScratchFile) throws -> Void

  init(_ name: String, _ body: @escaping @Sendable (_ bytes: [UInt8], _ file: ScratchFile) throws -> Void) {
    self.name = name
    self.body = body
  }

  /// Gives the parser these bytes.
  ///
  /// - Parameter folder: where parsers of files find theirs; used by one thread at a time.
  package func run(_ bytes: [UInt8], in folder: String) {
    // Any error is an answer: the parsers' own are typed, and the checks below end the program.
    _ = try? body(bytes, ScratchFile(folder: folder))
  }

  package static let all: [FuzzTarget] =
    [json, safetensors, npy, ark, htk, scp, record, trn, ctm, stm]
    + ["sphere", "riff", "rf64", "w64", "aiff", "caf", "flac", "ogg", "mp3", "shorten"].map(audio)
    + labels + [sentence, manifest, description]
    + [
      lists("kaldi", ["wav.scp", "segments", "utt2spk", "text", "spk2gender"]),
      lists("lhotse", ["cuts.jsonl"], ["recordings.jsonl", "supervisions.jsonl"]),
      lists("nemo", ["input.json"]),
      lists("common-voice", ["train.tsv", "test.tsv"]),
    ]

  package static func named(_ name: String) -> FuzzTarget? { all.first { $0.name == name } }
}

/// A file with the bytes of an input.
struct ScratchFile {
  let folder: String

  func remove(_ name: String) throws { try FileStore().remove("\(folder)/\(name)") }

  /// Writes the input and gives its path.
  func write(_ bytes: [UInt8], as name: String) throws -> String {
    let path = "\(folder)/\(name)"
    let store = FileStore()
    try store.remove(path)
    let descriptor = try store.open(path, flags: O_RDWR | O_CREAT | O_TRUNC, as: .create)
    defer { store.close(descriptor) }
    try bytes.span.bytes.withUnsafeBytes { (buffer) throws(FileError) in
      try store.write(descriptor, buffer, path: path)
    }
    return path
  }
}
