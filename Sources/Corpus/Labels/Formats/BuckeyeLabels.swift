/// The Buckeye corpus's `.phones`: xlabel files whose lines may have a comment after `;`.
///
/// Source: Pitt and others, "Buckeye Corpus of Conversational Speech", manual (2007).
struct BuckeyeLabels: LabelFormat {
  let name = "buckeye"
  let summary = "the Buckeye corpus's .phones: end in seconds, color, phone"
  let extensions = ["PHONES"]
  let unit = LabelUnit.seconds

  func labels(_ text: UnsafeRawBufferPointer, _ request: LabelRequest) -> LabelEntries {
    LabelEntries(reserving: text.count / 16) { entries throws(LabelFault) in
      try EspsLabels.entries(text, request, into: &entries)
    }
  }
}
