/// The kind of a finding; raw values are used in records and reports and never change.
package enum FindingCode: String, CaseIterable, Codable, Sendable {
  // Audio.
  case badHeader = "bad-header"
  case badRate = "bad-rate"
  case channels
  case clipping
  case countDerived = "count-derived"
  case crlf
  case checksum
  case dcOffset = "dc-offset"
  case duplicateField = "duplicate-field"
  case empty
  case encoderDelay = "encoder-delay"
  case nonFinite = "non-finite"
  case noSignal = "no-signal"
  case rateMismatch = "rate-mismatch"
  case scale
  case tooLong = "too-long"
  case tooShort = "too-short"
  case trailingData = "trailing-data"
  case truncated
  case unknownFormat = "unknown-format"
  case unsupportedCoding = "unsupported-coding"

  // Labels.
  case bom
  case encoding
  case labelClipped = "label-clipped"
  case labelEmpty = "label-empty"
  case labelEnd = "label-end"
  case labelGap = "label-gap"
  case labelMissing = "label-missing"
  case labelOverlap = "label-overlap"
  case labelRange = "label-range"
  case labelSyntax = "label-syntax"
  case labelTier = "label-tier"
  case labelUnit = "label-unit"
  case letterCase = "case"
  case unknownPhone = "unknown-phone"
  case unknownPhoneSet = "unknown-phone-set"

  // Folder and manifest.
  case badID = "bad-id"
  case badManifest = "bad-manifest"
  case changed
  case command
  case duplicateID = "duplicate-id"
  case emptyCorpus = "empty-corpus"
  case missingFile = "missing-file"
  case notACorpus = "not-a-corpus"
  case notAFile = "not-a-file"
  case pathOutside = "path-outside"
  case permission
  case recodedCopy = "recoded-copy"
  case segment
  case splitCount = "split-count"

  /// The advice to the user, in one sentence.
  package var remedy: String {
    switch self {
    case .badHeader: "Copy the file again from its source, or rewrite it with sox as 16-bit PCM WAV."
    case .badRate: "Rewrite the file with its true sample rate in the header."
    case .channels: "Choose one of its channels, or split the file into mono files."
    case .clipping:
      "Nothing, if the recording is what there is; else record or convert it again at a lower level."
    case .countDerived: "Nothing; rewrite the file with sox to have its length in the header."
    case .crlf: "Copy the file again in binary mode: line ends were changed, the samples with them."
    case .duplicateField: "Rewrite the header so that each field occurs once."
    case .checksum: "Copy the file again from its source: its samples are not those that were written."
    case .dcOffset: "Nothing, if front ends remove it; else record or convert the file again."
    case .encoderDelay:
      "Encode the file again with LAME, which writes its delay, or use the lossless original."
    case .noSignal: "Copy the file again from its source, or remove it."
    case .scale: "Divide the samples by 32768: float samples are from -1 to 1."
    case .empty: "Remove the file, or copy it again from its source."
    case .nonFinite: "Make the file again from its source: it holds a NaN or an infinity."
    case .rateMismatch:
      "Ask for its rate, or resample the audio and its labels together; labels count samples."
    case .tooLong: "Cut the file into utterances, or raise the limit."
    case .tooShort: "Remove the utterance, or join it to a longer one: it is shorter than one frame."
    case .trailingData: "Nothing, if the header is right; else copy the file again."
    case .truncated: "Copy the file again from its source: its end is missing."
    case .unknownFormat: "Convert the file to FLAC or WAV, or remove it from the corpus."
    case .unsupportedCoding:
      "Convert the file to FLAC or 16-bit WAV, as with sox."
    case .bom: "Nothing; save the file as UTF-8 without a byte order mark."
    case .encoding: "Save the file as ASCII or UTF-8."
    case .labelClipped: "Nothing; or correct the end, which is a little past the audio."
    case .labelEnd:
      "Check that the labels belong to this audio and count in its samples; frames behind them are silence."
    case .labelTier: "Name the tier that holds the phones."
    case .labelUnit: "Rewrite the times in samples."
    case .labelEmpty: "Remove the label, or give it a length."
    case .labelGap: "Nothing, if the gap is meant: frames in it are not trained on."
    case .labelMissing: "Add the label file; without it the utterance has features but no labels."
    case .labelOverlap: "Correct the times: a phone starts before the one before it ends."
    case .labelRange: "Correct the times, or check that the labels belong to this audio."
    case .labelSyntax: "Write each line as: first sample, end sample, symbol."
    case .letterCase: "Nothing; or write phones in lower case."
    case .unknownPhone:
      "Nothing, if its frames shall have no label; else name the phone set that the labels are of."
    case .unknownPhoneSet: "Name a phone set, or a file with one."
    case .badID:
      "Rename it: at most 200 bytes of UTF-8, without blanks, control characters, / and \\."
    case .badManifest: "Correct the line; data-manifests/README.md documents the fields."
    case .changed:
      "Nothing, if the change is meant: preprocess makes again what was made of it."
    case .command: "Run the command once and list its output; commands in lists are never run."
    case .duplicateID: "Rename one: speaker and utterance name, in upper case, must be unlike any other."
    case .emptyCorpus: "Name the folder that holds TRAIN and TEST, or a manifest that names audio files."
    case .missingFile: "Put the file back, or take it out of the manifest."
    case .notACorpus: "Give a folder or a list of utterances."
    case .notAFile: "Remove it, or rename it so that it does not look like audio."
    case .pathOutside: "Copy the file into the corpus, or name a root that holds it."
    case .permission: "Make the file readable."
    case .recodedCopy: "Nothing; remove the copies to be rid of this line."
    case .segment:
      "Correct the times, which are of this recording and in seconds or samples by their names."
    case .splitCount: "Check that the copy of the corpus is complete."
    }
  }
}
