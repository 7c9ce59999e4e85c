#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/cancel.h"
#include "core/base/stored_bytes.h"
#include "core/embed/embedder.h"

namespace quarry::embed {

/// A chunk as the fit reads it. The views are needed during the call that hands it over, not after.
struct FitChunk {
    std::size_t ordinal = 0;  ///< 0-based place in its document: titles are paired with the first chunk.
    std::string_view title;   ///< Of the document; may be empty.
    std::span<const std::string> heading_path;  ///< Outermost first; may be empty.
    std::string_view text;
};

/// Two texts that belong together by somebody's word: a question and the passage that answers it.
struct FitPair {
    std::string query;
    std::string text;
};

/// The texts to fit on. Chunks are streamed: embedding knows nothing of where they are kept.
struct FitSource {
    std::uint64_t chunk_count = 0;  ///< How many `for_each` visits.
    /// Visits every chunk in a fixed order until the visitor returns false. May be empty when there are none.
    std::function<void(const std::function<bool(const FitChunk&)>& visit)> for_each;
    std::span<const FitPair> pairs;  ///< Besides those that are mined from the chunks; may be empty.
};

/// Limits and settings of the fit. The defaults were chosen on SciFact alone: see docs/research/built-in-embedder.md.
struct BuiltinFitOptions {
    /// Bounds the time: chunks are sampled evenly so that no more come of them, and so are the given pairs.
    std::size_t max_pairs = 64'000;
    std::size_t max_terms = 6'000'000;    ///< Bounds the memory while fitting: terms that are read at most.
    std::size_t max_vocabulary = 60'000;  ///< Rows of the table, the most frequent terms first.
    std::size_t buckets = 4'096;          ///< Rows shared by the character n-grams of all other terms.
    std::size_t epochs = 5;               ///< At most; many pairs take fewer.
    std::uint64_t seed = 1;
    /// A table to start from instead of from nothing: its terms stay, with vectors that the fit goes on with. Empty:
    /// none.
    std::string_view start;
};

/// Takes the done share of the fit, 0 to 1.
using FitProgress = std::function<void(double)>;

/// Fits a table of token vectors on the documents themselves, and returns it serialised.
///
/// Pairs that belong together are mined (title and body, heading and section, sentence and the rest), and term
/// vectors are moved until the two sides of a pair are nearest to each other. The same chunks in the same order give
/// the same bytes, on any machine. Takes about a second for 1,000 abstracts, and never more than about a quarter of a
/// minute of one core and 300 MB. Throws Error: interrupted; failed for a start that is no table.
[[nodiscard]] std::string fit_builtin(const FitSource& source, const BuiltinFitOptions& options,
                                      const Cancellation& cancellation, const FitProgress& progress = {});

/// Embeds with a table that `fit_builtin` made: the mean of the vectors of a text's terms, scaled to length 1.
/// Not thread-safe.
class BuiltinEmbedder final : public Embedder {
public:
    /// Throws Error(failed) when the bytes are no table of this version or are damaged.
    explicit BuiltinEmbedder(std::string table);
    /// Opens the table where it is stored; null when it is gone.
    using OpenTable = std::function<std::unique_ptr<const StoredBytes>()>;
    /// Leaves the table where it is stored, opens it in each call of `embed`, and reads the rows that the texts need,
    /// without a look at its checksum; once many texts have come it is read into memory after all. `embed` throws
    /// Error(failed) when there is no table any more, or none of this version.
    BuiltinEmbedder(std::string fingerprint, OpenTable open);
    ~BuiltinEmbedder() override;
    BuiltinEmbedder(BuiltinEmbedder&&) noexcept;
    BuiltinEmbedder& operator=(BuiltinEmbedder&&) noexcept;

    /// Whether these bytes begin as a table does, of whatever version.
    [[nodiscard]] static bool is_table(std::string_view bytes) noexcept;
    /// The fingerprint of an embedder over these bytes, without reading them as a table.
    [[nodiscard]] static std::string fingerprint_of(std::string_view table);

    [[nodiscard]] std::string name() const override { return "builtin"; }
    [[nodiscard]] std::string fingerprint() const override;
    [[nodiscard]] std::size_t dimensions() const override;
    [[nodiscard]] std::size_t batch_size() const override { return 1'024; }
    /// Words that the table does not know, such as "zzzzqqq", come to 0.2 to 0.27; misspelt ones to 0.5.
    [[nodiscard]] double least_similarity() const override { return 0.3; }
    [[nodiscard]] bool knows(std::string_view question) override;
    /// By the 4-grams of their words, with frequencies that were counted when the table was fitted.
    [[nodiscard]] std::vector<double> part_scores(std::string_view question,
                                                  std::span<const std::string_view> texts) override;
    [[nodiscard]] std::vector<float> embed(std::span<const std::string_view> texts, EmbedKind kind,
                                           const Cancellation& cancellation) override;

    /// How many chunks there were when the table was fitted.
    [[nodiscard]] std::uint64_t fitted_chunks() const;
    /// Terms that have a row of their own.
    [[nodiscard]] std::size_t vocabulary_size() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace quarry::embed
