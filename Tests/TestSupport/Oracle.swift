import Foundation

/// The Python with the packages that own the formats, named by `KALEIDO_ORACLES`: `1`, or its path.
package enum Oracle {
  package static let value = ProcessInfo.processInfo.environment["KALEIDO_ORACLES"] ?? ""
  package static let isEnabled = !value.isEmpty && value != "0"
  package static let python = value.hasPrefix("/") ? value : "/usr/bin/python3"
}
