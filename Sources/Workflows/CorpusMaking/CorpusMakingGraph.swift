import Archives
import Corpus
import Files
import StageGraph
import Stages
import Synthesis

/// A speaker to be made.
struct SpeakerWork: GraphMessage {
  static var messageName: String { "Speaker" }

  let planned: CorpusDesign.PlannedSpeaker
}

/// A sentence of a speaker, spoken, or why it could not be.
struct SpeechMessage: GraphMessage {
  static var messageName: String { "Speech" }

  let planned: CorpusDesign.PlannedSpeaker
  let index: Int
  let speech: Result<SpokenUtterance, SynthesisError>

  var byteCount: Int { 2 * ((try? speech.get())?.samples.count ?? 0) }
}

/// A sentence of a speaker as the corpus will hold it.
struct UtteranceMessage: GraphMessage {
  static var messageName: String { "LabeledAudio" }

  let planned: CorpusDesign.PlannedSpeaker
  let index: Int
  let utterance: Result<RenderedUtterance, SynthesisError>

  var byteCount: Int { 2 * ((try? utterance.get())?.samples.count ?? 0) }
}

/// A speaker whose files are written and not yet committed.
struct WrittenSpeaker: GraphMessage {
  static var messageName: String { "Speaker" }

  let record: SpeakerRecord
  let temporaryFolder: String
}

extension CorpusMakingPlan {
  /// The stage graph that makes the given speakers.
  ///
  ///     Design -Speaker-> Voice -Speech-> Channel -LabeledAudio-> CorpusWriter -Speaker-> SpeakerCommitter
  ///
  /// Voices have threads of their own, since they wait for each other (Flite) or for a program; what comes
  /// after runs in parallel, speaker by speaker. Memory is bounded by the capacities, some hundred
  /// utterances.
  func makeGraph(
    _ speakers: [CorpusDesign.PlannedSpeaker], progress: WorkProgress,
    openFolder: @escaping @Sendable () throws -> CorpusFolder,
    keep: @escaping @Sendable (SpeakerRecord) -> Void
  ) -> GraphBlueprint {
    let blueprint = GraphBlueprint("corpus make")
    let work = blueprint.add(
      Source<SpeakerWork>.each("Design", of: speakers.map { SpeakerWork(planned: $0) }))
    let speech = blueprint.join(work, to: voice)
    let audio = blueprint.join(speech, to: channel, capacity: 16)
    let written = blueprint.join(audio, to: writer(openFolder, progress), capacity: 64)
    blueprint.join(
      written,
      to: Sink<WrittenSpeaker>.each("SpeakerCommitter", placement: .ownThread) { speaker in
        try openFolder().commit(speaker.record, from: speaker.temporaryFolder)
        keep(speaker.record)
      }, capacity: 1)
    return blueprint
  }

  /// The graph as text.
  package func drawing() -> GraphBlueprintDrawing {
    let graph = makeGraph([], progress: WorkProgress()) {
      preconditionFailure("a graph that is only drawn does not run")
    } keep: { _ in
    }
    return GraphBlueprintDrawing(graph)
  }

  private var voice: Stage<SpeakerWork, SpeechMessage> {
    .expand("Voice", workers: options.jobs, placement: .ownThread) { work, sender in
      let planned = work.planned
      let session = try planned.speaker.voice.engine.session(
        planned.speaker, texts: planned.utterances.map(\.text))
      for index in planned.utterances.indices {
        let speech = Self.result { () throws(SynthesisError) in try session.speak(index) }
        try await sender.send(
          SpeechMessage(planned: planned, index: index, speech: try Self.ofSentence(speech)))
      }
    }
  }

  private var channel: Stage<SpeechMessage, UtteranceMessage> {
    let recipe = options.recipe
    return .map("Channel", workers: options.jobs) { message in
      let speaker = message.planned.speaker
      let planned = message.planned.utterances[message.index]
      var random = KeyedRandom(seed: recipe.seed, key: "utterance/\(speaker.name)/\(planned.name)")
      let rendering = Rendering(speaker: speaker, isClean: recipe.isClean)
      let utterance: Result<RenderedUtterance, SynthesisError>
      switch message.speech {
      case .failure(let error): utterance = .failure(error)
      case .success(let speech):
        utterance = Self.result { () throws(SynthesisError) in
          try rendering.render(speech, text: planned.text, random: &random)
        }
      }
      return UtteranceMessage(
        planned: message.planned, index: message.index, utterance: try Self.ofSentence(utterance))
    }
  }

  private static func result<Value>(
    _ body: () throws(SynthesisError) -> Value
  ) -> Result<Value, SynthesisError> {
    do throws(SynthesisError) { return .success(try body()) } catch { return .failure(error) }
  }

  /// A fault of one sentence is passed on; a fault that ends the run is thrown.
  private static func ofSentence<Value>(
    _ result: Result<Value, SynthesisError>
  ) throws -> Result<Value, SynthesisError> {
    if case .failure(let error) = result {
      guard case .unspeakable = error else { throw error }
    }
    return result
  }

  private func writer(
    _ openFolder: @escaping @Sendable () throws -> CorpusFolder, _ progress: WorkProgress
  ) -> Stage<UtteranceMessage, WrittenSpeaker> {
    .stream("CorpusWriter") { receiver, sender in
      let folder = try openFolder()
      while let first = try await receiver.nextInStream() {
        let planned = first.planned
        let temporaryFolder = try folder.makeTemporaryFolder(planned.speaker.name)
        var record = SpeakerRecord(speaker: planned.speaker.name, folder: planned.folder)
        var message: UtteranceMessage? = first
        while let current = message {
          try Self.write(current, to: temporaryFolder, of: folder, into: &record)
          let text = planned.utterances[current.index].text
          let samples = (try? current.utterance.get())?.samples.count
          progress.advance(
            bytes: text.utf8.count,
            audioSeconds: Double(samples ?? 0) / Double(RenderedUtterance.sampleRateHertz))
          progress.finishItem(rejected: samples == nil)
          let isLast = current.index + 1 == planned.utterances.count
          message = isLast ? nil : try await receiver.nextInStream()
        }
        try await sender.send(WrittenSpeaker(record: record, temporaryFolder: temporaryFolder))
      }
    }
  }

  private static func write(
    _ message: UtteranceMessage, to temporaryFolder: String, of folder: CorpusFolder,
    into record: inout SpeakerRecord
  ) throws {
    let planned = message.planned.utterances[message.index]
    let utterance: RenderedUtterance
    switch message.utterance {
    case .success(let rendered): utterance = rendered
    case .failure(let error):
      guard case .unspeakable(_, let cause) = error else { throw error }
      record.leftOut.append(.init(name: planned.name, text: planned.text, reason: cause.code))
      return
    }
    let parts: [(suffix: String, bytes: [UInt8])] = [
      (
        "WAV",
        TimitFiles.audio(utterance.samples, speaker: message.planned.speaker.name, utterance: planned.name)
      ),
      ("PHN", TimitFiles.labels(utterance.phones)), ("WRD", TimitFiles.labels(utterance.words)),
      ("TXT", TimitFiles.sentence(planned.text, sampleCount: utterance.samples.count)),
    ]
    var files: [SpeakerRecord.File] = []
    for part in parts {
      let name = "\(planned.name).\(part.suffix)"
      try folder.write(part.bytes, to: "\(temporaryFolder)/\(name)")
      files.append(.init(name: name, bytes: part.bytes.count, sha256: try sha256(part.bytes)))
    }
    record.utterances.append(
      .init(name: planned.name, text: planned.text, sampleCount: utterance.samples.count, files: files))
    for phone in utterance.phones { record.phones[phone.symbol, default: 0] += 1 }
  }
}
