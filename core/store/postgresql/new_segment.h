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
#include "core/lexical/fts5_format.h"
#include "core/lexical/term_block.h"
#include "core/store/postgresql/server_connection.h"

namespace quarry::store::postgresql {

/// What stands for the length of a chunk that is gone.
inline constexpr std::uint32_t gone = 0xFFFF'FFFF;

[[noreturn]] void throw_damaged_index();

/// The lengths of chunks as a segment's row has them, and back.
[[nodiscard]] std::string stored_lengths(const std::vector<lexical::FieldCounts>& lengths);
[[nodiscard]] std::vector<lexical::FieldCounts> read_lengths(std::string_view stored);

/// How many chunks are not gone, and how many terms their fields have together.
struct SegmentSums {
    std::int64_t live = 0;
    std::array<std::int64_t, lexical::term_fields> totals{};
};
[[nodiscard]] SegmentSums sums_of(const std::vector<lexical::FieldCounts>& lengths);

/// The postings of a term in a segment, as its row has them.
class StoredPostings {
public:
    StoredPostings() = default;
    explicit StoredPostings(std::string_view stored) : bytes_(stored), size_(stored.size()) {
        bytes_.append(padding, '\0');
    }

    /// Calls `visit(place, places)` for each chunk that is not gone, where the segment's first chunk has the place
    /// `first`. Throws Error(failed) for one whose place is not below `end`.
    template <typename IsGone, typename Visit>
    void for_each(std::size_t end, const IsGone& is_gone, std::uint64_t first, Visit&& visit) const {
        std::uint64_t place = first;
        for (std::size_t at = 0; at < size_;) {
            place += lexical::fts5::read_varint(bytes_.data(), at);
            const std::uint64_t length = lexical::fts5::read_varint(bytes_.data(), at) >> 1U;
            if (at > size_ || length > size_ - at || place >= end) throw_damaged_index();
            if (!is_gone(place)) visit(static_cast<std::size_t>(place), std::string_view(bytes_).substr(at, length));
            at += length;
        }
    }

private:
    static constexpr std::size_t padding = 2 * lexical::fts5::longest_varint;

    std::string bytes_;  ///< With zeros behind, so that a number that is cut off can be read.
    std::size_t size_ = 0;
};

/// The same without places, which is what a search needs of a term that many chunks have (lexical::CompactPostings);
/// empty where that is not much less.
[[nodiscard]] std::string counts_of(std::int64_t first_chunk, std::string_view postings);

/// The terms of new chunks, collected to be written as one segment of the lexical index (see migrations/postgresql).
class NewSegment {
public:
    /// Ids that may be missing between two chunks, which cost 12 bytes each.
    static constexpr std::int64_t most_missing = 1'000;

    /// Adds the chunks of a block, whose first has the id `first_chunk`: ids rise from call to call.
    void add(std::int64_t first_chunk, const lexical::TermBlock& block);
    /// The same of a segment that is stored: its lengths, and then its terms, each once. Drops chunks that are gone.
    void add(std::int64_t first_chunk, const std::vector<lexical::FieldCounts>& lengths);
    void add(std::int64_t first_chunk, std::string_view term, const StoredPostings& postings);
    [[nodiscard]] bool empty() const noexcept { return lengths_.empty(); }
    /// Whether it should be written before more is added, or before a chunk of that id is.
    [[nodiscard]] bool is_full() const noexcept { return bytes_ >= most_bytes; }
    [[nodiscard]] bool is_far_from(std::int64_t chunk_id) const noexcept;
    /// Writes it under an id and leaves it empty.
    void write(ServerConnection& server, std::int64_t id);

private:
    static constexpr std::size_t most_bytes = 64'000'000;
    /// What a term takes beside its letters and postings: its node in the map, two strings and their blocks.
    static constexpr std::size_t bytes_of_term = 160;
    struct Term {
        std::string postings;
        std::uint64_t last = 0;  ///< The place of its last chunk.
    };
    struct Hash {
        using is_transparent = void;
        std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
    };

    [[nodiscard]] Term& term_of(std::string_view text);

    std::int64_t first_chunk_ = 0;
    std::vector<lexical::FieldCounts> lengths_;
    std::unordered_map<std::string, Term, Hash, std::equal_to<>> terms_;
    std::size_t bytes_ = 0;  ///< About what all of it takes in memory.
};

}  // namespace quarry::store::postgresql
