import Foundation
import Scoring
import Testing

/// Scores of sclite and sc_stats for seeded random sets, written by `Golden/make_golden.py`.
struct SCTKGolden: Decodable {
  struct Line: Decodable {
    var utterance, reference, A, B, strictA, strictB, forgivingA, forgivingB: String
  }

  struct Set: Decodable, CustomTestStringConvertible {
    var seed: Int
    var utterances: [Line]
    var segments: Int
    var mean, standardDeviation, z: Double
    var segmentErrors: [Int]
    var mcNemar: [Int]?
    var mcNemarP, signP, wilcoxonZ: Double?
    var signCounts: [Int]
    var rankSums: [Double]

    var testDescription: String { "set \(seed)" }

    /// The scores of system A or B.
    func scored(
      _ system: KeyPath<Line, String>, _ convention: PhoneScoringConvention
    ) throws -> [ScoredUtterance] {
      let scorer = try PhoneScorer(table: phones, convention: convention)
      return try utterances.map { line in
        try scorer.score(
          utterance: line.utterance, speaker: String(line.utterance.prefix { $0 != "_" }),
          reference: phones.labels(of: line.reference.split(separator: " ").map(String.init)),
          hypothesis: phones.labels(of: line[keyPath: system].split(separator: " ").map(String.init)))
      }
    }
  }

  var sets: [Set]

  static let phones = {
    do {
      return try PhoneTable(
        symbols: "sil aa b d iy k n s t z".split(separator: " ").map(String.init), silence: "sil")
    } catch {
      preconditionFailure("the table of the golden sets: \(error)")
    }
  }()

  static let sets: [Set] = {
    do {
      let url = Bundle.module.bundleURL.appendingPathComponent("Golden/sctk.json")
      return try JSONDecoder().decode(SCTKGolden.self, from: Data(contentsOf: url)).sets
    } catch {
      preconditionFailure("the golden sets: \(error)")
    }
  }()
}

private let phones = SCTKGolden.phones

extension PhoneAlignment {
  /// The alignment in the letters of sclite, where a forgiven deletion is correct.
  var letters: String {
    steps.map { step in
      switch step.operation {
      case .correct, .forgivenDeletion: "C"
      case .substitution: "S"
      case .deletion: "D"
      case .insertion: "I"
      }
    }.joined()
  }

  /// An alignment from the letters of sclite, with arbitrary labels.
  init(letters: String) {
    self.init(
      steps: letters.map { letter in
        switch letter {
        case "C": AlignedPhone(operation: .correct, reference: 0, hypothesis: 0)
        case "S": AlignedPhone(operation: .substitution, reference: 0, hypothesis: 1)
        case "D": AlignedPhone(operation: .deletion, reference: 0, hypothesis: nil)
        default: AlignedPhone(operation: .insertion, reference: nil, hypothesis: 1)
        }
      })
  }
}
