import ArgumentParser
import Foundation
import FrontEnds
import Workflows

/// `kaleido stream`.
struct StreamCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stream", abstract: "Audio on standard input to features on standard output, as they come.",
    discussion: """
      The same bits as whole files give. Text has a frame a line. Into a file, npy and ark hold one array or matrix; \
      into a pipe, one for every --block-frames frames, one after another: numpy.load reads them in turn, and Kaldi reads \
      the archive with keys KEY-00000000, KEY-00000010, ...
      """)

  @Option(
    help: ArgumentHelp("The front end, with options as in mel:bins=80. (default: mel)", valueName: "row"))
  var features: String?

  @Option(
    help: ArgumentHelp(
      "What comes in: auto, file (WAV or SPHERE), s16 or f32 (little-endian, mono, without a header).",
      valueName: "kind"))
  var input = "auto"

  @Option(help: ArgumentHelp("What goes out: text, npy or ark.", valueName: "format"))
  var output = "text"

  @Option(
    help: ArgumentHelp("The stream's name: keys of matrices, and what dither depends on.", valueName: "key"))
  var key = "stream"

  @Option(help: ArgumentHelp("The channel to take from a file of several, from 1.", valueName: "n"))
  var channel: Int?

  @Option(help: ArgumentHelp("Frames in each array or matrix that goes into a pipe.", valueName: "n"))
  var blockFrames = 10

  @OptionGroup(title: "Feature options") var featureArguments: FeatureArguments
  @OptionGroup(title: "Messages") var messages: OutputOptions

  func validate() throws {
    guard (1...1_000_000).contains(blockFrames) else {
      throw ValidationError("--block-frames is at least 1.")
    }
    guard key.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), !key.isEmpty else {
      throw ValidationError("--key is a word of printable ASCII.")
    }
  }

  /// The stream that the options ask for.
  func stream() throws(Failure) -> LiveStream {
    var flags = featureArguments.given
    if let features { flags["features"] = features }
    if let preset = featureArguments.preset { flags["preset"] = preset }
    var layers = try SettingLayers(
      flags: flags, environment: ProcessInfo.processInfo.environment, configuration: nil,
      known: ["features", "preset"])
    let row: Row
    do { row = try Row(parsing: try layers.value("features", default: "mel")) } catch { throw Failure(error) }
    let preset = try layers.value("preset", default: "none")
    var options = LiveStreamOptions(
      row: row, features: try layers.features(row: row, preset: preset == "none" ? nil : preset))
    guard let input = LiveStreamOptions.Input(rawValue: input) else {
      throw Failure(
        .usage, code: "invalid-value", subject: "--input", expected: "auto, file, s16 or f32", found: input)
    }
    guard let output = LiveStreamOptions.Output(rawValue: output) else {
      throw Failure(
        .usage, code: "invalid-value", subject: "--output", expected: "text, npy or ark", found: output)
    }
    options.input = input
    options.output = output
    options.key = key
    options.channel = channel
    options.blockFrames = blockFrames
    return try LiveStream(options)
  }

  func run() async throws {
    try await Conduct.run(messages) {
      let stream = try stream()
      if messages.verbose {
        let latency = stream.latency
        Console.error(
          "\(stream.summary); a row comes \(latency.frames) frames after its own, "
            + "\(Quantity.fixed(latency.milliseconds, 1)) ms after its first sample\n")
      }
      let report: LiveStream.Report
      do {
        report = try await stream.run()
      } catch let failure as Failure where failure.code == "closed-pipe" {
        return .whole
      }
      if report.oddBytes > 0, !messages.quiet {
        Console.error(
          "\(messages.messageStyle.yellow("warning:")) \(report.oddBytes) bytes at the end make no sample\n")
      }
      if report.samples == 0 {
        throw Failure(
          .noInput, code: "empty", subject: "standard input", expected: "audio", found: "nothing",
          remedy: "Send audio, as in kaleido stream < speech.wav.")
      }
      if messages.verbose { Console.error("\(report.samples) samples, \(report.frames) frames\n") }
      return .whole
    }
  }
}
