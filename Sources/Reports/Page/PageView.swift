// The data of the templates: text, and pictures that are already markup.

/// A table; the first cell of each row is its heading.
struct TableView {
  struct Column {
    var title: String
    var style: String
  }

  struct Cell {
    var text: String
    var style: String
  }

  struct Row {
    var head: String
    var cells: [Cell]
  }

  var caption: String
  var headTitle: String
  var columns: [Column]
  var rows: [Row]

  /// A table whose columns hold numbers, except for those with an index in `text`.
  init(caption: String, head: String, columns: [String], text: Set<Int> = []) {
    self.caption = caption
    headTitle = head
    self.columns = columns.enumerated().map {
      Column(title: $1, style: text.contains($0) ? "text" : "number")
    }
    rows = []
  }

  mutating func add(_ head: String, _ cells: [String]) {
    rows.append(
      Row(head: head, cells: zip(cells, columns).map { Cell(text: $0, style: $1.style) }))
  }
}

/// Pictures with a caption and a key.
struct FigureView {
  struct Key {
    var style: String
    /// Markup of a sample of the style.
    var sample: String
    var meaning: String

    init(style: String, text: String) {
      self.style = style
      meaning = text
      var drawing = Drawing(width: 18, height: 10)
      if style.hasPrefix("line") || style == "truth" || style == "wrong" {
        drawing.line(0, 5, 18, 5, style)
      } else {
        drawing.dots([(9, 5)], style)
      }
      sample = drawing.decoration
    }
  }

  var title: String
  var caption: String
  var keys: [Key] = []
  /// Markup of the pictures, shown side by side.
  var pictures: [String]
}

/// A collapsible part of the page with groups of figures and tables.
struct DetailView {
  var id: String
  var title: String
  var note: String
  var isOpen: Bool
  var groups: [GroupView]
}

/// A heading with its figures and tables.
struct GroupView {
  var title: String
  var figures: [FigureView] = []
  var tables: [TableView] = []
  var more: MoreView?
}

/// Collapsed tables with all the numbers.
struct MoreView {
  var summary: String
  var moreTables: [TableView]
}

/// An example utterance with drawing and sound.
struct ExcerptView {
  var id: String
  var title: String
  var sentence: String?
  var note: String?
  /// The sound as a `data:` URI; nil if it would make the page too large.
  var sound: String?
  var figure: FigureView
  var transcripts: TableView
  var isOpen: Bool
}

/// A name and its value.
struct FactView {
  var name: String
  var value: String
}

struct VerdictView {
  var style: String
  var verdict: String
  var sentence: String
}

/// A section that is present only if it has items.
struct SectionView<Item> {
  var items: [Item]

  /// The section, or nil if `items` is empty.
  init?(_ items: [Item]) {
    guard !items.isEmpty else { return nil }
    self.items = items
  }
}

/// A link to a section.
struct LinkView {
  var target: String
  var text: String
}
