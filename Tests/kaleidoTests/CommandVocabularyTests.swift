import Archives
import ArgumentParser
import Corpus
import DataManifests
import Files
import Foundation
import Foundations
import FrontEnds
import Glibc
import Learning
import Recognition
import StageGraph
import Stages
import Synthesis
import Testing
import TrainedModels
import Workflows

@testable import kaleido

@Suite("CommandVocabulary") struct CommandVocabularyTests {
  /// The commands that do something, by their full names.
  static let commands: [(name: String, type: any ParsableCommand.Type)] = {
    func leaves(_ command: any ParsableCommand.Type, _ path: [String]) -> [(String, any ParsableCommand.Type)]
    {
      let children = command.configuration.subcommands
      guard !children.isEmpty else { return [(path.joined(separator: " "), command)] }
      return children.flatMap { child in
        // `run` is inserted by the program.
        let name = child == PreprocessRunCommand.self ? [] : [child.configuration.commandName ?? ""]
        return leaves(child, path + name)
      }
    }
    return leaves(Kaleido.self, ["kaleido"])
  }()

  /// Errors whose remedies name options, of every module.
  private static let errors: [any Error] = {
    let differing = [ConfigurationDifference(field: "manifest_sha256", directory: "a", run: "b")]
    let other = [ConfigurationDifference(field: "options.mel-bins", directory: "40", run: "23")]
    var errors: [any Error] = [
      FileError.configurationDiffers(path: "x", fields: differing),
      FileError.configurationDiffers(path: "x", fields: other),
      FileError.configurationUnusable(path: "x", isOurs: true),
      FileError.configurationUnusable(path: "x", isOurs: false), FileError.notAFolder(path: "x"),
      FileError.wouldReplace(path: "x"), FileError.notAnOutputDirectory(path: "x"),
      FileError.otherVersion(path: "x", expected: 2, found: "1"),
      DataManifestError.notFound(searched: ["x"]), BufferPoolError.exhausted(limit: 1),
      FileError.inUse(path: "x", owner: nil), TrainedModelError.trainingExists(path: "x"),
      TrainedModelError.damagedSummary(path: "x"),
      TrainedModelError.otherPhones(model: "x", held: "a", wanted: "b", []),
      WorkflowError.outputUnnamed, WorkflowError.outputIsCorpus(path: "x"),
      WorkflowError.rootBesideFolder(corpus: "x"), WorkflowError.corpusRootUnknown(directory: "x"),
      WorkflowError.tooManyRejects(corpus: "x", split: nil, rejects: [], utterances: nil),
      WorkflowError.storedFeaturesOfLearnable(FrontEndSpec(.mel)),
      WorkflowError.batchTooLarge(numbers: 2, allowed: 1),
      WorkflowError.shuffleBufferTooLarge(numbers: 2, allowed: 1),
      WorkflowError.anotherTraining(path: "x", epochs: 1, expectedSteps: 1, foundSteps: 2),
      WorkflowError.wholeUtteranceNormalization(.speaker, model: nil),
      WorkflowError.wholeUtteranceNormalization(.speaker, model: "x"),
      WorkflowError.needsWholeUtterance(model: "x", classifier: "y"),
      WorkflowError.measuresUtterances(options: ["gain", "mean"], model: nil),
      WorkflowError.measuresUtterances(options: ["gain"], model: "x"),
      WorkflowError.seedCountDiffers("x", seeds: 2, runs: 1), WorkflowError.trialsOfRuns("x"),
      WorkflowError.unfinishedRun(path: "x"), WorkflowError.damagedChoices(path: "x"),
      FileError.checksumDiffers(path: "x", recorded: "a", found: "b"),
      WorkflowError.damagedPart(
        path: "x", cause: FileError.checksumDiffers(path: "x", recorded: nil, found: nil)),
      WorkflowError.everyTrialDiverged(
        "x", trials: 2, cause: .diverged(epoch: 1, step: 1, loss: 2, limit: 1)),
      WorkflowError.seedDiverged("x", seed: 1, cause: .nonFiniteLoss(epoch: 1, step: 1)),
      WorkflowError.testSpeakerTrainedOn(speaker: "s", trainedSplit: "a", testSplit: "b"),
      StageError.globalNormalization, StageError.storedFeaturesDiffer(path: "x", differences: []),
      StageError.storedFeaturesStale(path: "x", key: "k", expectedRows: 1, isStored: true),
      StageError.headerMissing, StageError.foreignInput(format: "FLAC"),
      RecognizerError.tooLarge(weights: 2, allowed: 1), TrainingError.nonFiniteLoss(epoch: 1, step: 1),
      SynthesisError.tooFewPrompts(found: 1, needed: 2), CancellationError(),
    ]
    errors += [ENOSPC, EFBIG, EMFILE, ENOMEM, EROFS, EACCES, ENOENT, ESPIPE, EIO].map {
      FileError.system(operation: .write, path: "x", code: $0)
    }
    errors += FindingCode.allCases.map { StageError.rejected(Finding(.reject, $0, path: "x")) }
    return errors
  }()

  @Test("no remedy proposes an option that the command lacks", arguments: commands.map(\.name))
  func remedies(name: String) throws {
    let command = try #require(Self.commands.first { $0.name == name }?.type)
    let vocabulary = CommandVocabulary(of: command)
    for error in Self.errors {
      guard let text = Failure(error).remedy?.text(for: vocabulary) else { continue }
      for option in CommandVocabulary.named(in: text) {
        #expect(vocabulary.options.contains(option), "--\(option): \(text)")
      }
      // Read by another way than the filter's: each word that looks like an option of this command.
      if !text.contains("kaleido ") {
        for word in text.split(separator: " ") where word.hasPrefix("--") {
          let option = word.dropFirst(2).prefix { $0 == "-" || $0.isLetter }
          #expect(vocabulary.options.contains(String(option)), "\(word): \(text)")
        }
      }
    }
  }

  @Test("a remedy reaches the commands that have its option")
  func proposals() {
    func remedy(_ error: any Error, _ command: any ParsableCommand.Type) -> String? {
      Failure(error).remedy?.text(for: CommandVocabulary(of: command))
    }
    let differs = FileError.configurationDiffers(path: "x", fields: [])
    #expect(
      remedy(differs, PreprocessRunCommand.self)
        == "Use another --out, or give the same options, or give --force to replace what is there.")
    #expect(
      remedy(differs, CorpusMakeCommand.self)
        == "Use another OUT, or give the same options, or give --force to replace what is there.")
    #expect(remedy(differs, ReportCommand.self) == "Use another --out, or give the same options.")
    #expect(remedy(StageError.headerMissing, TrainCommand.self) == nil)
    let rate = StageError.rejected(Finding(.reject, .rateMismatch, path: "x", found: "8000"))
    #expect(
      remedy(rate, CorpusCheckCommand.self)?.hasPrefix("Give --resample, or give --sample-rate 8000, or")
        == true)
    #expect(remedy(rate, PreprocessRunCommand.self)?.hasPrefix("Give --resample and --force, or") == true)
    #expect(remedy(rate, EvaluateCommand.self)?.hasPrefix("Give --resample, or resample the audio") == true)
  }

  @Test("every option that a message names is one of some command, and of the command that it names")
  func namedOptions() throws {
    let vocabularies = Self.commands.map { (name: $0.name, options: CommandVocabulary(of: $0.type).options) }
    let all = vocabularies.reduce(into: Set<String>()) { $0.formUnion($1.options) }
    let sources = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources/kaleido")
    var seen = 0
    for folder in ["Failure", "Settings", "Terminal"] {
      let folder = sources.appending(path: folder)
      for file in try FileManager.default.contentsOfDirectory(atPath: folder.path) {
        let text = try String(contentsOf: folder.appending(path: file), encoding: .utf8)
        for line in text.split(separator: "\n") where !line.drop(while: { $0 == " " }).hasPrefix("//") {
          for match in line.matches(of: #/(?:kaleido ([a-z]+)[a-z -]* )?--([a-z][a-z-]*[a-z])/#) {
            let option = String(match.output.2)
            if let command = match.output.1 {
              let vocabulary = try #require(
                vocabularies.first { $0.name == "kaleido \(command)" }, "\(file): \(line)")
              #expect(vocabulary.options.contains(option), "\(file): \(line)")
            } else {
              #expect(all.contains(option), "\(file): \(line)")
            }
            seen += 1
          }
        }
      }
    }
    #expect(seen > 50)
  }

  @Test("every command's help has two examples that are command lines", arguments: commands.map(\.name))
  func examples(name: String) throws {
    let command = try #require(Self.commands.first { $0.name == name }?.type)
    let lines = command.configuration.discussion.split(separator: "\n")
    let examples = lines.drop { $0 != "Examples:" }.dropFirst().prefix { $0.hasPrefix("  ") }
    #expect(examples.count == 2, "\(name)")
    for example in examples {
      // Of a pipe, the part that is ours; without what the shell takes.
      let words = example.split(separator: "|").last?.split(separator: " ").map(String.init) ?? []
      let arguments = words.dropFirst().prefix { $0 != "<" && $0 != ">" }
      #expect(words.first == "kaleido" && example.contains(name), "\(example)")
      let parsed = try CommandLineParser.parse(Array(arguments))
      #expect(type(of: parsed) == command, "\(example)")
    }
  }

  @Test("a command's own options come before those of messages in its help", arguments: commands.map(\.name))
  func order(name: String) throws {
    let command = try #require(Self.commands.first { $0.name == name }?.type)
    let help = command.helpMessage(columns: 100)
    // The parser puts what is in no group at the end, under this heading.
    let last = try #require(help.range(of: "\nOPTIONS:\n", options: .backwards))
    let options = help[last.upperBound...].matches(of: #/(?m)^  (?:-[a-z], )?--([a-z-]+)/#).map {
      $0.output.1
    }
    #expect(Set(options).isSubset(of: ["version", "help", "outline"]), "\(options)")
  }

  @Test("a negative value reaches the range check of every number", arguments: commands.map(\.name))
  func negativeNumbers(name: String) throws {
    let operands: [String: [String]] = [
      "kaleido preprocess": ["corpus", "--out", "x"], "kaleido train": ["corpus", "--out", "x"],
      "kaleido evaluate": ["run", "corpus"], "kaleido stream": [], "kaleido corpus check": ["corpus"],
      "kaleido corpus inspect": ["file"], "kaleido corpus make": ["out"],
      "kaleido compare": ["mel", "mfcc", "--corpus", "corpus", "--out", "x"],
      "kaleido report": ["run", "--corpus", "corpus", "--out", "x"],
    ]
    let command = try #require(Self.commands.first { $0.name == name }?.type)
    let names = CommandVocabulary(of: command).options
    let numbers = SettingTables.numericNames.filter(names.contains)
    guard let operands = operands[name] else {
      #expect(numbers.isEmpty)
      return
    }
    #expect(!numbers.isEmpty)
    for option in numbers {
      let words = name.split(separator: " ").dropFirst().map(String.init)
      let parsed = try CommandLineParser.parse(words + operands + ["--\(option)", "-987654321"])
      let workflow = try #require(parsed as? any SettingsResolving)
      let failure = #expect(throws: Failure.self) { try workflow.resolveSettings() }
      // Of an option that this front end does not have, the value is checked first.
      #expect(failure?.subject == "--\(option)" && failure?.found == "-987654321", "\(option)")
      #expect(failure?.expected?.contains("from") == true, "\(option): \(failure?.expected ?? "")")
    }
  }
}

extension SettingTables {
  /// Settings that are numbers, of which none allows a number as low as the test's.
  fileprivate static var numericNames: Set<String> {
    func numbers<Root>(_ table: [Setting<Root>]) -> [String] {
      table.filter { isNumber($0.kind) }.map(\.name)
    }
    return Set(
      numbers(PreprocessOptions.settings) + numbers(TrainOptions.settings) + numbers(TestOptions.settings)
        + numbers(LiveStreamOptions.settings) + numbers(CorpusChecking.settings)
        + numbers(ComparisonOptions.settings) + numbers(CorpusMakingOptions.settings)
        + numbers(FeatureOption.all.map(\.setting)))
  }

  private static func isNumber(_ kind: SettingKind) -> Bool {
    switch kind {
    case .integer, .real: true
    case .keyword(_, let other): isNumber(other)
    default: false
    }
  }
}

/// A command whose settings can be resolved without running it.
private protocol SettingsResolving {
  func resolveSettings() throws
}

extension PreprocessRunCommand: SettingsResolving {
  fileprivate func resolveSettings() throws { _ = try resolve() }
}
extension TrainCommand: SettingsResolving { fileprivate func resolveSettings() throws { _ = try resolve() } }
extension EvaluateCommand: SettingsResolving {
  fileprivate func resolveSettings() throws { _ = try resolve() }
}
extension StreamCommand: SettingsResolving { fileprivate func resolveSettings() throws { _ = try resolve() } }
extension CompareCommand: SettingsResolving {
  fileprivate func resolveSettings() throws { _ = try drawing() }
}
extension ReportCommand: SettingsResolving { fileprivate func resolveSettings() throws { _ = try resolve() } }
extension CorpusMakeCommand: SettingsResolving {
  fileprivate func resolveSettings() throws { _ = try resolve() }
}
extension CorpusInspectCommand: SettingsResolving {
  fileprivate func resolveSettings() throws { _ = try options() }
}
extension CorpusCheckCommand: SettingsResolving {
  fileprivate func resolveSettings() throws { _ = try resolve() }
}
