import Corpus

extension Finding {
  /// The remedy, with options and their values where there are some.
  ///
  /// Other options are another configuration, so that a directory begun without them has to be replaced.
  var commandLineRemedy: Remedy {
    switch code {
    case .channels:
      Remedy([
        "give --channel 1 [and --force]", "give --channel mix [and --force]",
        "split the file into mono files",
      ])
    case .rateMismatch:
      Remedy(
        ["give --resample [and --force]"]
          + (found.flatMap { Int($0) }.map { ["give --sample-rate \($0) [and --force]"] } ?? [])
          + ["resample the audio and its labels together (labels count samples)"])
    case .pathOutside:
      // Relative paths are relative to the root, so that another would mislead them.
      Remedy(
        (path.hasPrefix("/") || found?.hasPrefix("/") == true ? ["give --root / [and --force]"] : [])
          + ["copy the file into the corpus"])
    case .labelUnit:
      Remedy(["give --label-unit seconds [and --force], if they are", "rewrite the times in samples"])
    case .labelEnd, .labelRange:
      Remedy((fittingUnit.map { ["give --label-unit \($0) [and --force]"] } ?? []) + [code.remedy])
    case .labelTier:
      Remedy(["give --tier \(firstFound ?? "with the name of the tier that holds the phones") [and --force]"])
    case .unknownPhone where severity == .reject:
      Remedy([
        "name the phone set of the labels with --phones (a name, a file, or auto) [and --force]",
        "give --unknown-phone unlabeled [and --force]",
      ])
    case .unknownPhone:
      Remedy([
        "name the phone set of the labels with --phones (a name, a file, or auto) [and --force]",
        "leave it: frames of this symbol have no label",
      ])
    case .unknownPhoneSet: Remedy(["name one of them, or a file, with --phones"])
    case .notACorpus:
      Remedy(["give a folder or a list of utterances", "see single files with kaleido corpus inspect"])
    default: Remedy(code.remedy)
    }
  }

  /// The unit in which times would fit the audio, as `found` has it: "5000, as if in milliseconds".
  private var fittingUnit: String? {
    guard let range = found?.firstRange(of: ", as if in "), let found else { return nil }
    let unit = String(found[range.upperBound...])
    return LabelUnit(rawValue: unit).map(\.rawValue)
  }

  /// The first of the names that were found.
  private var firstFound: String? {
    guard let first = found?.split(separator: ",").first, first != "none" else { return nil }
    return String(first)
  }
}
