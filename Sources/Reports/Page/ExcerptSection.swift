import DataManifests
import Foundation
import Workflows

/// Example utterances with drawing and sound.
struct ExcerptSection {
  let contenders: ReportedContenders

  /// The total number of samples with sound; beyond it, sound is omitted to keep the page small.
  private static let maximumSamples = 900_000

  var views: [ExcerptView] {
    var room = Self.maximumSamples
    return contenders.report.excerpts.enumerated().map { index, excerpt in
      let fits = !excerpt.samples.isEmpty && excerpt.samples.count <= room && excerpt.sampleRateHertz > 0
      if fits { room -= excerpt.samples.count }
      return view(excerpt, number: index + 1, hasSound: fits)
    }
  }

  private func view(_ excerpt: Excerpt, number: Int, hasSound: Bool) -> ExcerptView {
    let errors = excerpt.contenders.map {
      "\($0.contender) (seed \($0.seed)) makes \(NumberText.plural($0.phoneErrors, "error")) in "
        + NumberText.plural($0.referencePhones, "phone")
    }
    var note = errors.joined(separator: "; ")
    if excerpt.isCut {
      note += (note.isEmpty ? "" : "; ") + "only the first seconds are shown, but all errors are counted"
    }
    return ExcerptView(
      id: "excerpt-\(number)", title: "\(excerpt.reason.rawValue.capitalizedFirst): \(excerpt.key)",
      sentence: excerpt.sentence.isEmpty ? nil : excerpt.sentence, note: note.isEmpty ? nil : note + ".",
      sound: hasSound ? sound(excerpt) : nil, figure: figure(excerpt), transcripts: transcripts(excerpt),
      isOpen: number == 1)
  }

  private func sound(_ excerpt: Excerpt) -> String {
    let bytes = WaveFile.bytes(samples: excerpt.samples, sampleRateHertz: excerpt.sampleRateHertz)
    return "data:audio/wav;base64," + Data(bytes).base64EncodedString()
  }

  private func figure(_ excerpt: Excerpt) -> FigureView {
    let wrong = excerpt.contenders.map { recognized in
      let pairs = zip(recognized.labels, recognized.frameClasses)
      let labeled = pairs.count { reference, _ in reference >= 0 }
      return "\(recognized.contender) \(pairs.count { $0 >= 0 && $0 != $1 }) of \(labeled)"
    }
    let keys = [
      FigureView.Key(style: "truth", text: "reference class"),
      .init(style: "wrong", text: "wrong frames"),
    ]
    return FigureView(
      title: "\(excerpt.key), speaker \(excerpt.speaker).",
      caption:
        "Spectrogram with the reference phones; for each contender its features (each channel normalized to "
        + "zero mean and unit variance; orange is high), the recognized phones, and the class posteriors. "
        + "Wrong frames: "
        + wrong.joined(separator: ", ") + ".", keys: keys,
      pictures: [
        ExcerptDrawing(excerpt: excerpt, classes: contenders.report.classes).drawing()
          .markup(
            label:
              "Spectrogram, features, phones and posteriors of \(excerpt.key); see the table for the phones"
          )
      ])
  }

  private func transcripts(_ excerpt: Excerpt) -> TableView {
    let symbols = contenders.report.classes.symbols
    func text(_ labels: [Int32]) -> String {
      labels.filter { symbols.indices.contains(Int($0)) }.map { symbols[Int($0)] }.joined(separator: " ")
    }
    var table = TableView(
      caption: "Phones of \(excerpt.key), folded to the scored classes.", head: "contender",
      columns: ["phones"],
      text: [0])
    table.add("reference", [text(excerpt.reference.map(\.scoredClass))])
    for recognized in excerpt.contenders {
      table.add(recognized.contender, [text(recognized.phones.map(\.scoredClass))])
    }
    return table
  }
}
