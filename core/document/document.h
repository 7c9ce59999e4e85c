#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace quarry::document {

/// What a stretch of a document's text is. The numbers are on disk: never renumber.
enum class BlockKind : int {
    paragraph = 0,
    heading = 1,
    list = 2,
    table = 3,
    code = 4,
    quote = 5,
    front_matter = 6,
    html = 7,
    record = 8,  ///< One of many alike that stand for themselves: a line of JSONL, a mail of a mailbox, a subtitle.
};

/// A half-open span of bytes of the text, in document order. Blocks do not overlap.
struct Block {
    BlockKind kind = BlockKind::paragraph;
    std::size_t start = 0;
    std::size_t end = 0;
    int level = 0;      ///< Heading level 1 to 6; 0 otherwise.
    std::string label;  ///< Plain text of a heading; info string of a code block.

    friend bool operator==(const Block&, const Block&) = default;
};

/// In what a document's text falls short of its source, for the report.
struct Warning {
    enum class Kind : int { no_text = 0, little_text = 1, invalid_bytes = 2 };
    Kind kind = Kind::no_text;
    std::string reason;  ///< One line: "its pages are pictures".
};
/// The stable name of a kind: "no_text".
[[nodiscard]] constexpr const char* warning_name(Warning::Kind kind) noexcept {
    return kind == Warning::Kind::no_text       ? "no_text"
           : kind == Warning::Kind::little_text ? "little_text"
                                                : "invalid_bytes";
}

/// The text of a document with its structure: what extraction gives and chunking takes.
struct Document {
    std::string text;  ///< Valid UTF-8; every offset anywhere in quarry is into this.
    std::string media_type;
    std::string title;
    std::string language;  ///< ISO 639-1, empty when unknown.
    std::vector<Block> blocks;
    /// Where each page, slide or sheet begins, ascending from 0; empty for a text without pages.
    std::vector<std::size_t> page_starts;
    /// "author", "created", "modified" (RFC 3339), "subject" … as the document says itself.
    std::vector<std::pair<std::string, std::string>> metadata;
    /// A JSON object of what it says besides such texts: numbers, truth values, lists. Empty when there is none.
    std::string properties_json;
    /// What was taken out on the way in, for the report: {"zero-width character", 3}. Not stored.
    std::vector<std::pair<std::string, std::uint64_t>> removed;
    std::vector<Warning> warnings;  ///< Not stored.
};

}  // namespace quarry::document
