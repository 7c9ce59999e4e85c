#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/analyze/analyzer.h"
#include "core/document/chunk_span.h"
#include "core/document/document.h"
#include "core/lexical/term_block.h"
#include "core/lexical/term_tokenizer.h"

namespace quarry::lexical {

/// Finds the terms of chunks and turns them round, so that storing them is little more than copying. For worker
/// threads; one thread has one, which keeps its memory for the next document.
class TermCollector {
public:
    /// The terms of a document's chunks: blocks in the order of the chunks, which together have each chunk once. They
    /// refer to nothing.
    [[nodiscard]] std::vector<TermBlock> collect(const document::Document& document,
                                                 std::span<const document::ChunkSpan> chunks);

private:
    /// The bytes of a term of at most 16 bytes, some of them twice; no two of one size have the same.
    struct Key {
        std::uint64_t first = 0, last = 0;

        friend bool operator==(const Key&, const Key&) = default;
    };
    /// A distinct term of the block.
    struct Known {
        Key key;
        std::uint32_t hash = 0;
        std::uint32_t start = 0;  ///< In `texts_`.
        std::uint32_t size = 0;
        std::uint32_t count = 0;   ///< Occurrences.
        std::uint32_t tokens = 0;  ///< Where in `tokens_` it stands what FTS5 makes of it; 0: itself.
    };
    struct Occurrence {
        std::uint32_t term = 0;
        std::uint32_t chunk = 0;
        std::uint32_t field = 0;
        std::uint32_t place = 0;
    };
    struct Slot {
        std::uint32_t hash = 0;
        std::uint32_t term = 0;  ///< Its number from 1; 0 for a free slot.
    };

    [[nodiscard]] static Key key_of(std::string_view text);
    [[nodiscard]] static std::uint32_t hash_of(std::string_view text, const Key& key);

    void find_terms(std::string_view text, std::vector<std::uint32_t>& terms);
    void add_field(TermField field, const std::vector<std::uint32_t>& terms);
    void append_term(std::uint32_t term, std::vector<std::uint32_t>& terms) const;
    [[nodiscard]] std::uint32_t find_or_add(std::string_view text);
    [[nodiscard]] std::uint32_t add_term(std::string_view text, const Key& key, std::uint32_t hash);
    void grow();
    [[nodiscard]] TermBlock take_block();
    void sort_occurrences();
    [[nodiscard]] std::string_view make_postings(const Occurrence* first, const Occurrence* last);
    void clear();

    analyze::Analyzer analyzer_;
    TermTokenizer tokenizer_;
    // Of the present block:
    std::vector<FieldCounts> lengths_;
    std::string texts_;
    std::vector<Known> known_;
    std::vector<Slot> slots_;  ///< Open addressing; a power of two of them.
    /// For terms that FTS5 does not take as they are: how many tokens it makes of one, and their numbers.
    std::vector<std::uint32_t> tokens_ = {0};
    std::vector<Occurrence> occurrences_;
    std::vector<std::uint32_t> title_, headings_, body_;  ///< The terms of the present chunk.
    // Used while a block is made:
    std::vector<Occurrence> sorted_;
    std::vector<char> postings_;
};

}  // namespace quarry::lexical
