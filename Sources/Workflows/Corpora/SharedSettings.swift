package import Foundations

/// Settings that several workflows share.
extension Setting {
  package static func jobs(
    _ path: any Path<Int>, help: String = "Workers of each stage; no bit depends on them."
  ) -> Setting {
    .integer("jobs", path, 1...256, help: help).with { $0.defaultNote = "one a core" }
  }

  package static func maxBad(_ path: any Path<RejectLimit>) -> Setting {
    .text(
      "max-bad", path, .rejectLimit,
      help: "Utterances that may be rejected, a number or a percentage; more end with 65."
    ).valued("n|p%")
  }
}

extension SettingForm<RejectLimit> {
  package static let rejectLimit = SettingForm(
    "a number such as 10, or a percentage such as 2%", read: { RejectLimit($0) }, write: { $0.text })
}
