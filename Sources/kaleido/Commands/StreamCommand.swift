import ArgumentParser
import Signal
import Stages
import Workflows

/// `kaleido stream`.
struct StreamCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "stream",
    abstract: "Turn audio on standard input into features, or with a model into phones, as it comes.",
    usage: "kaleido stream [--front-end <front-end> | --model <run>] [<options>]",
    discussion: """
      Examples:
        kaleido stream --front-end mel --output npy < speech.wav > feats.npy
        arecord -f S16_LE -r 16000 | kaleido stream --input s16 --model runs/mel

      The same bits as whole files give. Text has a frame a line. Into a file, npy and ark hold one array \
      or matrix; into a pipe, one for every --block-frames frames, one after another: numpy.load reads \
      them in turn, and Kaldi reads the archive with keys KEY-00000000, KEY-00000010, ...

      With --model phones come out, each as soon as no other path is left: what evaluate finds in the same \
      audio. Text has start and end in seconds and the phone; phn the samples as in TIMIT; jsonl an \
      object. --verbose prints how long they waited.
      """)

  @OptionGroup(title: "Everyday options") var everyday: Everyday
  @OptionGroup(title: "Stream") var details: SettingOptions<StreamDetailSection>
  @OptionGroup(title: "Settings") var configuration: ConfigurationArguments
  @OptionGroup(title: "Settings") var arithmetic: SettingOptions<ArithmeticSection>
  @OptionGroup(title: "Feature options") var features: SettingOptions<FeatureSection>
  @OptionGroup(title: "Options of front ends that learn") var learnable: SettingOptions<LearnableSection>
  @OptionGroup(title: "Messages") var messages: OutputOptions

  struct Everyday: ParsableArguments {
    @OptionGroup var settings: SettingOptions<StreamSection>

    @Option(
      help: ArgumentHelp(
        "A RUN of train, or its model.safetensors, that recognizes phones.", valueName: "run"),
      completion: .file())
    var model: String?
  }

  /// The stream that the options ask for, and the settings as `--print-config` prints them.
  func resolve() throws(Failure) -> (options: LiveStreamOptions, settings: SettingLayers) {
    var layers = try configuration.layers(
      arithmetic, everyday.settings.values, details.values, features.values, learnable.values)
    let options = try LiveStreamOptions(model: everyday.model, settings: &layers)
    return (options, layers)
  }

  func run() async throws {
    // Ctrl-C is how live audio ends: what has come is written to its end.
    let stop = StreamStop()
    try await CommandRunner.run(Self.self, messages, stop: { stop.ask() }) {
      let (options, settings) = try resolve()
      Warnings.warnAboutUnused(settings, messages)
      if configuration.printConfig {
        try Console.out(settings.printed)
        return .whole
      }
      let stream = try LiveStream(options)
      if messages.verbose {
        let latency = stream.latency
        Console.error(
          "\(stream.summary); a row of \(options.model == nil ? "features" : "posteriors") comes "
            + "\(latency.frames, "frame") after its own, "
            + "\(Quantity.fixed(latency.milliseconds, 1)) ms after its first sample\n")
      }
      let report: LiveStream.Report
      do {
        report = try await stream.run(stop: stop)
      } catch {
        let failure = Failure(error)
        if failure.code == "closed-pipe" { return .whole }
        throw failure
      }
      if report.oddBytes > 0, !messages.quiet {
        Console.error(
          "\(messages.messageStyle.yellow("warning:")) \(report.oddBytes, "byte") at the end, "
            + "too few for a sample\n"
        )
      }
      if report.samples == 0 {
        throw Failure(
          .noInput, code: "empty", subject: "standard input", expected: "audio", found: "nothing",
          remedy: "Send audio, as in kaleido stream < speech.wav.")
      }
      if messages.verbose {
        var text = "\(report.samples, "sample"), \(report.frames, "frame")"
        if let phones = report.phones {
          text +=
            ", \(phones, "phone"); certain \(Quantity.fixed(report.meanPhoneDelayFrames, 1)) frames "
            + "after their end "
            + "in the mean, \(report.longestPhoneDelayFrames) at most"
        }
        Console.error(text + "\n")
      }
      return .whole
    }
  }
}

extension StreamCommand: GraphDrawing {
  func drawing() throws -> GraphBlueprintDrawing { try LiveStream(resolve().options).drawing }
}

extension StreamCommand: ComputingCommand {
  var vectorUnit: VectorUnit? { get throws(Failure) { try configuration.vectorUnit(arithmetic) } }
}
