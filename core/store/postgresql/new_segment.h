#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/lexical/bm25.h"
#include "core/lexical/term_block.h"
#include "core/store/postgresql/server_connection.h"

namespace quarry::store::postgresql {

/// What stands for the length of a chunk that is gone.
inline constexpr std::uint32_t gone = 0xFFFF'FFFF;

/// The lengths of chunks as a segment's row has them, and back.
[[nodiscard]] std::string stored_lengths(const std::vector<lexical::FieldCounts>& lengths);
[[nodiscard]] std::vector<lexical::FieldCounts> read_lengths(std::string_view stored);

/// How many chunks are not gone, and how many terms their fields have together.
struct SegmentSums {
    std::int64_t live = 0;
    std::array<std::int64_t, lexical::term_fields> totals{};
};
[[nodiscard]] SegmentSums sums_of(const std::vector<lexical::FieldCounts>& lengths);

/// The terms of new chunks, collected to be written as one segment of the lexical index (see migrations/postgresql).
class NewSegment {
public:
    /// Adds the chunks of a block, whose first has the id `first_chunk`: ids rise from call to call.
    void add(std::int64_t first_chunk, const lexical::TermBlock& block);
    [[nodiscard]] bool empty() const noexcept { return lengths_.empty(); }
    /// Whether it should be written before more is added, or before a chunk of that id is.
    [[nodiscard]] bool is_full() const noexcept { return bytes_ >= most_bytes; }
    [[nodiscard]] bool is_far_from(std::int64_t chunk_id) const noexcept;
    /// Writes it under an id and leaves it empty.
    void write(ServerConnection& server, std::int64_t id);

private:
    static constexpr std::size_t most_bytes = 64'000'000;
    struct Term {
        std::string postings;
        std::uint64_t last = 0;  ///< The place of its last chunk.
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
    };

    std::int64_t first_chunk_ = 0;
    std::vector<lexical::FieldCounts> lengths_;
    std::unordered_map<std::string, Term, Hash, std::equal_to<>> terms_;
    std::size_t bytes_ = 0;
};

}  // namespace quarry::store::postgresql
