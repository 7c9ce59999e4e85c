#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "core/lexical/bm25.h"
#include "core/lexical/fts5_format.h"

namespace quarry::lexical {

/// The terms of some chunks of a document in a row, turned round: for each term the chunks that have it and where,
/// as a segment of the lexical index will hold them. Made by a TermCollector.
struct TermBlock {
    /// One term of the block.
    struct Entry {
        std::uint32_t hash = 0;   ///< Of `term`.
        std::string_view term;    ///< Not empty.
        std::uint64_t first = 0;  ///< The first chunk that has it, counted from the block's first, which is 0.
        std::uint64_t last = 0;   ///< The last one.
        /// FTS5's: for the first chunk the size of its places, twice, and the places; for each other its distance to
        /// the one before, and the same.
        std::string_view postings;
    };

    /// Calls `visit(const Entry&)` for each term, in no order; each once. The views are into `bytes`.
    template <typename Visit>
    void for_each(Visit&& visit) const;
    void append(const Entry& entry);

    std::string bytes;                 ///< The entries; how they lie is known to the two functions above.
    std::vector<FieldCounts> lengths;  ///< Of each chunk: how many terms its fields have.
};

// -- how it is done ----------------------------------------------------------------------------------------------

template <typename Visit>
void TermBlock::for_each(Visit&& visit) const {
    const char* const data = bytes.data();
    for (std::size_t at = 0; at < bytes.size();) {
        Entry entry;
        std::memcpy(&entry.hash, data + at, sizeof entry.hash);
        at += sizeof entry.hash;
        const std::size_t term_size = fts5::read_varint(data, at);
        entry.term = {data + at, term_size};
        at += term_size;
        entry.first = fts5::read_varint(data, at);
        entry.last = entry.first + fts5::read_varint(data, at);
        const std::size_t size = fts5::read_varint(data, at);
        entry.postings = {data + at, size};
        at += size;
        visit(entry);
    }
}

inline void TermBlock::append(const Entry& entry) {
    char hash[sizeof entry.hash];
    std::memcpy(hash, &entry.hash, sizeof hash);
    bytes.append(hash, sizeof hash);
    fts5::append_varint(bytes, entry.term.size());
    bytes += entry.term;
    fts5::append_varint(bytes, entry.first);
    fts5::append_varint(bytes, entry.last - entry.first);
    fts5::append_varint(bytes, entry.postings.size());
    bytes += entry.postings;
}

}  // namespace quarry::lexical
