/// A session that speaks one speaker's sentences.
///
/// Used by one thread. Engines that run as programs speak all sentences when the session is made.
package protocol SpeakingSession: AnyObject {
  /// Speaks the sentence at `index`.
  ///
  /// - Throws: `unspeakable` if only this sentence fails; any other error concerns the whole session.
  func speak(_ index: Int) throws(SynthesisError) -> SpokenUtterance
}
