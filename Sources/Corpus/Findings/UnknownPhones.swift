extension Sequence<Finding> {
  /// The findings with one for each symbol outside the phone set, which counts its labels and utterances, at
  /// the index of the first that names it.
  package var mergingUnknownPhones: [Finding] {
    var merged: [Finding] = []
    var indices: [String: Int] = [:]
    var counts: [String: (labels: Int, utterances: Int)] = [:]
    for finding in self {
      guard finding.code == .unknownPhone, finding.severity == .warning, let symbol = finding.field else {
        merged.append(finding)
        continue
      }
      let labels = finding.found.flatMap { Int($0.prefix { $0.isNumber }) } ?? 1
      counts[symbol, default: (0, 0)].labels += labels
      counts[symbol, default: (0, 0)].utterances += 1
      if indices[symbol] == nil {
        indices[symbol] = merged.count
        merged.append(finding)
      }
    }
    for (symbol, index) in indices {
      guard let count = counts[symbol], count.utterances > 1 else { continue }
      merged[index].found = "\(count.labels) labels in \(count.utterances) utterances, this the first"
    }
    return merged
  }
}
