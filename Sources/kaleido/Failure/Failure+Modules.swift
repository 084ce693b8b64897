import Archives
import Corpus
import DataManifests
import Files
import Foundations
import FrontEnds
import Glibc
import Learning
import Recognition
import Scoring
import Signal
import StageGraph
import Stages
import Synthesis
import TrainedModels
import Workflows

extension Failure.Kind {
  /// The code of a system call that failed, which has the meaning of the exit code.
  fileprivate var diskCode: String {
    switch self {
    case .cannotCreate: "cannot-create"
    case .permission: "permission"
    default: "input-output"
    }
  }
}

extension SystemOperation {
  /// The description of the operation.
  fileprivate var text: String {
    switch self {
    case .makeFolder: "make folder"
    default: rawValue
    }
  }
}

extension Failure {
  /// The failure for an error of one of the modules.
  init(_ error: any Error) {
    switch error {
    case let failure as Failure: self = failure
    case let error as CorpusError: self.init(corpus: error)
    case let error as DataManifestError: self.init(data: error)
    case let error as FileError: self.init(file: error)
    case let error as ArchiveError: self.init(archive: error)
    case let error as FrontEndError: self.init(frontEnd: error)
    case let error as SignalError: self.init(signal: error)
    case let error as PostprocessingError: self.init(postprocessing: error)
    case let error as RecognizerError: self.init(recognizer: error)
    case let error as CheckpointError: self.init(checkpoint: error)
    case let error as TrainingError: self.init(training: error)
    case let error as ScoringError: self.init(scoring: error)
    case let error as StageGraphError: self.init(graph: error)
    case let error as BufferPoolError: self.init(pool: error)
    case let error as SynthesisError: self.init(synthesis: error)
    case let error as StageError: self.init(stage: error)
    case let error as WorkflowError: self.init(workflow: error)
    case let error as TrainedModelError: self.init(trainedModel: error)
    case is CancellationError: self = .interruption
    default:
      self.init(
        .internal, code: "internal", subject: "kaleido",
        found: "\(type(of: error)): \(String(describing: error))")
    }
  }

  /// The run was cancelled, as by a signal.
  static let interruption = Failure(
    .interrupted, code: "interrupted", subject: "the run",
    remedy: "Run the same command again[ with --resume]: what is committed stays, the rest is done.")

  private init(graph error: StageGraphError) {
    switch error {
    case .stageFailed(let stage, _, let underlying):
      self.init(underlying)
      if kind == .internal { location = "stage \(stage)" }
    case .cancelled: self = .interruption
    case .unjoinedOutlet(let stage, let message):
      self.init(.internal, code: "unjoined-outlet", subject: stage, found: message)
    }
  }

  private init(pool error: BufferPoolError) {
    switch error {
    case .exhausted(let limit):
      self.init(
        .internal, code: "buffers-exhausted", subject: "a buffer pool", expected: "at most \(limit) in use",
        remedy: "Use fewer --jobs.")
    }
  }

  private init(corpus error: CorpusError) {
    let kind: Kind =
      switch error.kind {
      case .usage: .usage
      case .badInput: .badInput
      case .noInput: .noInput
      case .inputOutput: .inputOutput
      case .permission: .permission
      case .interrupted: .interrupted
      }
    if case .cancelled = error {
      self = .interruption
      return
    }
    if case .inputOutput(let path, let operation, let errno) = error {
      let kind: Kind = Self.isPermission(errno) ? .permission : .inputOutput
      self.init(
        kind, code: kind.diskCode, subject: path, location: operation, remedy: Self.remedy(errno),
        errorNumber: errno)
      return
    }
    guard let finding = error.finding else {
      self.init(.internal, code: "internal", subject: "corpus")
      return
    }
    self.init(kind, finding)
    // A file named on the command line is in no manifest.
    if case .noSuchPath = error { remedy = "Check the path." }
  }

  /// A finding as a failure.
  init(_ kind: Kind, _ finding: Finding) {
    var location = finding.line.map { "line \($0)" }
    if let field = finding.field {
      location = [location, "field \(field)"].compactMap(\.self).joined(separator: ", ")
    }
    self.init(
      kind, code: finding.code.rawValue, subject: finding.path.isEmpty ? "the corpus" : finding.path,
      location: location, expected: finding.expected, found: finding.found,
      remedy: finding.commandLineRemedy)
  }

  /// A corpus of which nothing can be used, and why.
  init(_ kind: Kind, findings: [Finding], of corpus: String) {
    self.init(
      kind, code: "nothing-usable", subject: Sanitized.path(corpus),
      expected: "an utterance that can be used",
      found: "none; \(findings.rejections.count) left out",
      remedy: "Correct what is named below, or name another corpus.")
    self.findings = findings
  }

  private init(data error: DataManifestError) {
    switch error {
    case .notFound(let searched):
      self.init(
        .noInput, code: "data-not-found", subject: "the program's data",
        expected: "a data-manifests folder at one of: \(searched.joined(separator: ", "))", found: "none",
        remedy: Remedy([
          "run make install", "name the folder with --data", "name it with the variable KALEIDO_DATA",
        ]))
    case .notADataFolder(let path, let origin):
      self.init(
        .noInput, code: "data-not-found", subject: path,
        location: origin == .explicit ? "--data" : origin.rawValue,
        expected: "a data-manifests folder", found: "no timit.json in it",
        remedy: "Name the folder that holds timit.json.")
    case .unknownPhoneSet(let name, let known):
      self.init(
        .usage, code: "unknown-phone-set", subject: Sanitized.symbol(name),
        expected: "one of \(known.joined(separator: ", ")), or a file", found: "another name")
    case .unreadable(let path, let errno):
      self.init(
        errno == ENOENT ? .noInput : Self.isPermission(errno) ? .permission : .inputOutput,
        code: "unreadable", subject: path, remedy: Self.remedy(errno), errorNumber: errno)
    case .malformed(let path, let field, let expected, let found):
      self.init(
        .badInput, code: "bad-manifest", subject: path, location: field, expected: expected, found: found,
        remedy: "Correct the file; data-manifests/README.md documents the fields.")
    }
  }

  private init(file error: FileError) {
    switch error {
    case .system(let operation, let path, let code):
      let kind = Self.kind(operation, code)
      self.init(
        kind, code: kind.diskCode, subject: path, location: operation.text,
        remedy: Self.remedy(code), errorNumber: code)
    case .malformed(let path, let offset, let expected, let found):
      self.init(
        .badInput, code: "malformed", subject: path, location: "byte \(offset)", expected: expected,
        found: found,
        remedy: "If preprocess has written it, run preprocess again; otherwise correct it.")
    case .checksumDiffers(let path, let recorded, let found):
      self.init(
        .badInput, code: "damaged", subject: Sanitized.path(path),
        expected: recorded.map { "the SHA-256 \(Sanitized.path($0)) that it carries" }
          ?? "the SHA-256 of the file in it",
        found: found ?? "none",
        remedy: Remedy(
          because: "The file is not as kaleido wrote it",
          ["replace it by an intact copy", "give --force to make everything anew"]))
    case .configurationDiffers(let path, let fields)
    where fields.contains { ["", "options"].contains($0.field) && $0.directory?.hasPrefix("{") != true }:
      self.init(
        .configurationDiffers, code: "foreign-config", subject: path, expected: "kaleido's config.json",
        found: "a file of something else", remedy: "Use another --out.")
    case .configurationDiffers(let path, let fields):
      self.init(configurationAt: path, differs: fields)
    case .otherVersion(let path, let expected, let found):
      self.init(
        .configurationDiffers, code: "other-version", subject: Sanitized.path(path),
        expected: "version \(expected) of this kind of file", found: Sanitized.path(found),
        remedy: "Use another --out; what is there can be read by the version of kaleido that wrote it.")
    case .wouldReplace(let path):
      self.init(
        .cannotCreate, code: "would-replace", subject: path,
        expected: "no file of this name in a folder that kaleido has not made", found: "one",
        remedy: "Use another --out: a new folder, or an empty one.")
    case .configurationUnusable(let path, let isOurs):
      self.init(
        .configurationDiffers, code: isOurs ? "configuration-damaged" : "not-our-configuration",
        subject: path,
        expected: "kaleido's config.json", found: isOurs ? "a damaged one" : "a file that is not kaleido's",
        remedy: isOurs
          ? Remedy(["use another --out", "give --force to replace what is there"])
          : "Use another --out: kaleido removes nothing that is not its own.")
    case .inUse(let path, let owner):
      self.init(
        .interrupted, code: "in-use", subject: Sanitized.path(path), expected: "no other run in the folder",
        found: owner.map {
          "process \($0.process) on \(Sanitized.path($0.host)) since \(Sanitized.path($0.start))"
        } ?? "one",
        remedy: "Wait for it to end, then run the same command again[ with --resume].")
    case .notAnOutputDirectory(let path):
      self.init(
        .noInput, code: "not-an-output-directory", subject: path, expected: "config.json in it",
        found: "none", remedy: "Name a directory that kaleido preprocess has written.")
    case .isLink(let path):
      self.init(
        .cannotCreate, code: "is-link", subject: path, expected: "a file or folder of the directory",
        found: "a link", remedy: "Remove the link.")
    case .notAFolder(let path):
      self.init(
        .cannotCreate, code: "not-a-folder", subject: path, expected: "a folder", found: "something else",
        remedy: "Name another --out.")
    case .noTemporaryName(let path):
      self.init(.cannotCreate, code: "no-temporary-name", subject: path)
    case .cancelled: self = .interruption
    case .digestUnavailable:
      self.init(.internal, code: "digest-unavailable", subject: "libcrypto")
    }
  }

  private init(archive error: ArchiveError) {
    switch error {
    case .file(let error): self.init(file: error)
    case .invalidKey(let key, let reason):
      self.init(
        .badInput, code: "bad-id", subject: key, found: reason, remedy: Remedy(FindingCode.badID.remedy))
    case .duplicateKey(let key):
      self.init(
        .badInput, code: "duplicate-id", subject: key, remedy: Remedy(FindingCode.duplicateID.remedy))
    case .notFinite(let key):
      self.init(
        .badInput, code: "non-finite", subject: key, expected: "finite features",
        found: "a NaN or an infinity", remedy: Remedy(FindingCode.nonFinite.remedy))
    case .rowsOutOfRange(let key, let range, let rows):
      self.init(
        .badInput, code: "features-range", subject: key, expected: "rows below \(rows)",
        found: "\(range.lowerBound):\(range.upperBound)")
    case .notFeatures(let path, let element, let shape):
      self.init(
        .badInput, code: "features-shape", subject: Sanitized.path(path),
        expected: "float32 or float64 [frames, channels]", found: "\(element) \(shape)")
    case .tooLarge(let key, let rows, let channels):
      self.init(
        .badInput, code: "too-long", subject: key, expected: "fewer than 2^31 values",
        found: "\(rows, "row") of \(channels)", remedy: Remedy(FindingCode.tooLong.remedy))
    case .shardsMissing(let numbers):
      self.init(
        .interrupted, code: "shards-missing", subject: "the output directory",
        expected: "every shard committed", found: "\(numbers.count) missing, the first \(numbers.first ?? 0)",
        remedy: "Run preprocess for the parts that are missing, then finish.")
    case .frameCountDiffers(let key, let role, let promised, let found):
      self.init(
        .internal, code: "frame-count-differs", subject: key, location: role.name, expected: "\(promised)",
        found: "\(found)")
    case .unexpectedUtterance(let shard, let key, let expected):
      self.init(
        .internal, code: "unexpected-utterance", subject: key, location: "shard \(shard)", expected: expected)
    }
  }

  private static func kind(_ operation: SystemOperation, _ code: Int32) -> Kind {
    if isPermission(code) { return .permission }
    switch operation {
    case .create, .makeFolder, .link, .lock: return code == EIO ? .inputOutput : .cannotCreate
    case .open, .read, .write, .truncate, .sync, .rename, .remove, .list, .status:
      return code == EROFS ? .cannotCreate : .inputOutput
    }
  }

  private static func isPermission(_ code: Int32) -> Bool { code == EACCES || code == EPERM }

  private static func remedy(_ code: Int32) -> Remedy {
    switch code {
    case ENOSPC, EDQUOT:
      """
      No space left: make room on the disk and run the same command again[ with --resume]; nothing is lost.
      """
    case EFBIG:
      Remedy(
        because: "The file size limit was reached",
        [
          "raise it (ulimit -f) and run the same command again[ with --resume]",
          "use fewer --shard-utterances and another --out",
        ])
    case EMFILE, ENFILE:
      Remedy(
        because: "Too many files are open",
        [
          "raise the limit (ulimit -n) and run the same command again[ with --resume]",
          "use fewer --jobs[ and --resume]",
        ])
    case ENOMEM:
      Remedy(
        because: "Memory is full",
        [
          "use fewer --jobs[ and --resume]",
          "end other programs and run the same command again[ with --resume]",
        ])
    case EROFS: Remedy(because: "The file system is read-only", ["use another --out", "make it writable"])
    case EACCES, EPERM: "Change the rights, or name another folder."
    case ENOENT: "Check the path."
    case ESPIPE: "Name a file, not a pipe."
    default:
      "Check the disk, then run the same command again[ with --resume]; what is committed stays."
    }
  }
}
