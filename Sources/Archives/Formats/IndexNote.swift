/// A note to the user on an index.
package enum IndexNote: Equatable, Sendable {
  /// `text` was omitted, since some utterances have none and Kaldi requires it for all or none.
  case textMissing(utterances: Int)
  /// `spk2gender` was omitted, since some speakers have no gender.
  case genderMissing(speakers: Int)
  /// Speakers have `_` behind their names, `S1_`, since their own names sort otherwise than the utterances
  /// do.
  case speakersMarked(example: String)
  /// The order by utterance is not an order by speaker, which `validate_data_dir.sh` requires: utterances of
  /// the second speaker precede those of the first.
  case speakersOutOfOrder(first: String, second: String)
}
