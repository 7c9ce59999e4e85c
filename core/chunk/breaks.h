#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>

namespace quarry::chunk {

/// Where a text may be cut, from the best place to the worst; a strategy lists those that it takes, in its order.
enum class Break {
    blank_line,  ///< Between paragraphs.
    list_item,   ///< Before a line that begins an item of a Markdown list.
    line,        ///< At a line's end.
    sentence,    ///< Where a sentence ends: core/chunk/sentences.h.
    space,       ///< At white space.
};

/// Last offset c with low < c <= high where `kind` allows a cut of `text` in [.., c) and [c, ..).
[[nodiscard]] std::optional<std::size_t> last_break(std::string_view text, std::size_t low, std::size_t high,
                                                    Break kind);

/// The last break of the first kind that has one in (low, high]; `high` itself when none has.
[[nodiscard]] std::size_t best_break(std::string_view text, std::size_t low, std::size_t high,
                                     std::span<const Break> kinds);

/// The first offset in [from, to) where a line, else a sentence, else a word begins; `from` when there is none.
[[nodiscard]] std::size_t first_start(std::string_view text, std::size_t from, std::size_t to);

/// Whether the line at `start` begins an item: a bullet or number and a space, indented by three at most.
[[nodiscard]] bool begins_list_item(std::string_view text, std::size_t start) noexcept;

}  // namespace quarry::chunk
