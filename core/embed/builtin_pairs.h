#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "core/analyze/analyzer.h"
#include "core/embed/builtin.h"
#include "core/embed/builtin_features.h"
#include "core/embed/builtin_train.h"

namespace quarry::embed::builtin {

/// Reads chunks into numbered terms, and makes from them a vocabulary and pairs of texts that belong together.
class PairMiner {
public:
    /// Terms of a pair's two sides that count: enough for their subject, and what keeps a batch quick.
    static constexpr std::size_t max_query_terms = 40;
    static constexpr std::size_t max_document_terms = 160;
    /// Pairs that a chunk gives at most: title, heading, three sentences.
    static constexpr std::size_t max_pairs_per_chunk = 5;

    void add(const FitChunk& chunk);
    void add(const FitPair& pair);
    /// Terms read so far.
    [[nodiscard]] std::size_t term_count() const noexcept { return terms_.size(); }

    /// Chooses the vocabulary: terms seen at least twice, the most frequent `max_vocabulary` of them, and those of
    /// `known` (ascending), seen or not. Returns their hashes in ascending order, which is the order of their rows; the
    /// buckets' rows come behind.
    [[nodiscard]] std::vector<std::uint64_t> choose_vocabulary(std::size_t max_vocabulary, std::size_t buckets,
                                                               std::span<const std::uint64_t> known = {});
    /// How often each row is used by all that was read; after `choose_vocabulary`.
    [[nodiscard]] std::vector<double> row_frequencies() const;
    /// The pairs, as features of that vocabulary; after `choose_vocabulary`.
    [[nodiscard]] PairSet mine(Random& random) const;

private:
    struct Range {
        std::size_t begin = 0, end = 0;
        [[nodiscard]] std::size_t size() const noexcept { return end - begin; }
    };
    struct ReadChunk {
        Range title, heading, body;
        Range sentences;  ///< Into sentence_ends_.
        bool first = false;
    };
    struct ReadPair {
        Range query, text;
    };
    static constexpr std::uint32_t no_row = UINT32_MAX;
    Range read(std::string_view text, std::size_t limit, std::vector<std::size_t>* starts);
    std::uint32_t number_of(const std::string& term);
    [[nodiscard]] std::vector<Range> sentences_of(const ReadChunk& chunk) const;
    void add_pair(Range query, Range text, PairSet& pairs) const;
    void mine_sentences(const ReadChunk& chunk, Random& random, PairSet& pairs) const;
    [[nodiscard]] std::span<const std::uint32_t> terms(Range range, std::size_t limit) const;
    void add_features(std::uint32_t number, float weight, std::vector<Feature>& features) const;
    /// Replaces `features` by those of the terms, which come out sorted.
    void make_features(std::vector<std::uint32_t>& terms, std::vector<Feature>& features) const;

    analyze::Analyzer analyzer_;
    std::vector<analyze::Term> analyzed_;
    std::unordered_map<std::uint64_t, std::uint32_t> numbers_;
    std::vector<std::uint64_t> hashes_;  ///< By number.
    std::vector<std::uint32_t> counts_;  ///< By number.
    std::vector<std::string> texts_;     ///< By number.
    std::vector<std::uint32_t> rows_;    ///< By number: its row, or no_row.
    std::size_t vocabulary_size_ = 0;
    std::size_t buckets_ = 0;
    std::vector<std::uint32_t> terms_;
    std::vector<std::size_t> sentence_ends_;  ///< Offsets into terms_.
    std::vector<ReadChunk> chunks_;
    std::vector<ReadPair> pairs_;
};

/// Byte offsets at which sentences end: after a full stop, question or exclamation mark (of any script) that white
/// space or the end follows, and at empty lines. Ascending; the end of the text is always one.
[[nodiscard]] std::vector<std::size_t> sentence_ends(std::string_view text);

/// `text` behind a first line that only repeats `title`, Markdown's number signs aside.
[[nodiscard]] std::string_view without_leading_title(std::string_view text, std::string_view title);

}  // namespace quarry::embed::builtin
