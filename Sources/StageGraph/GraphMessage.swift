/// A value that is sent from one stage to another.
///
/// A message is a block of work (an utterance, a block of samples, a block of features), never a single
/// sample or frame: a crossing costs some tenths of a microsecond. A move-only message has one owner at a
/// time and goes to one consumer; a copyable message may be shared by several.
///
/// Most conformances are empty; implement ``byteCount`` if the value owns memory elsewhere.
@usableFromInline package protocol GraphMessage: ~Copyable, Sendable {
  /// The number of bytes that meters count for this message, by default its inline size.
  var byteCount: Int { get }

  /// The name on arrows in drawings, by default the name of the type.
  static var messageName: String { get }

  /// A second owner of the same message, or `nil` if the type allows only one.
  ///
  /// The defaults are right for every type: a copyable message is copied, which for a counted reference or an
  /// array costs one increment; a move-only one cannot be. ``Outlet`` is copyable only if its message is, so
  /// `nil` never occurs in a graph that compiles.
  static func secondOwner(of message: borrowing Self) -> Self?
}

extension GraphMessage where Self: ~Copyable {
  @inlinable package var byteCount: Int { MemoryLayout<Self>.size }

  @usableFromInline package static var messageName: String { String(describing: Self.self) }

  @inlinable package static func secondOwner(of message: borrowing Self) -> Self? { nil }
}

extension GraphMessage {
  @inlinable package static func secondOwner(of message: borrowing Self) -> Self? { copy message }
}

/// An immutable message with several owners, for fan-outs.
///
/// Sharing makes a move-only message (a block that holds a ``Slab``) copyable and read-only. Its buffer
/// returns to the pool when the last consumer drops it.
///
/// It is reference-counted, so sending it to a second consumer neither copies nor allocates.
@usableFromInline package final class Shared<Message: GraphMessage & ~Copyable>: GraphMessage {
  /// The message, for reading.
  @usableFromInline package let message: Message

  /// Takes over `message`.
  @inlinable package init(_ message: consuming Message) { self.message = message }

  @inlinable package var byteCount: Int { message.byteCount }

  /// The name of the wrapped message.
  @usableFromInline package static var messageName: String { Message.messageName }
}
