#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>

namespace quarry::lexical {

/// The fields of a chunk in the lexical index, in the order of its columns.
enum class TermField : std::size_t { title = 0, headings = 1, body = 2 };
inline constexpr std::size_t term_fields = 3;

/// A number of terms for each field.
using FieldCounts = std::array<std::uint32_t, term_fields>;

/// The longest that a field is taken for.
inline constexpr FieldCounts longest_fields{255, 255, 65'535};

/// How much what counts in the score of a chunk.
struct Bm25Options {
    double k1 = 1.2;  ///< How slowly further occurrences of a term stop to add; 0: only whether it occurs.
    double b = 0.75;  ///< How much long chunks are held back; 0 to 1.
    std::array<double, term_fields> field_weights{1.0, 1.0, 1.0};  ///< Of title, headings and body; not negative.
};

/// BM25 over weighted fields, as Lucene's CombinedFieldQuery has it (BM25F with one length normalisation): the
/// occurrences of a term and the lengths of a chunk are sums over the fields, each times its weight.
///
///     idf(t)      = ln(1 + (N - df + 0.5) / (df + 0.5))
///     score(t, c) = idf x tf (k1 + 1) / (tf + k1 (1 - b + b length / average length))
///
/// See S. Robertson, H. Zaragoza: The Probabilistic Relevance Framework (2009), 3.6.
class Bm25 {
public:
    /// `chunks` in all, and how many terms their fields have together.
    Bm25(const Bm25Options& options, std::uint64_t chunks, const std::array<std::uint64_t, term_fields>& total_lengths);

    /// Of a term that `chunks_with_it` have; above 0.
    [[nodiscard]] double idf(std::uint64_t chunks_with_it) const;
    /// What stands for the chunk's length in `saturated`. Lengths beyond what `stored_lengths` can hold count as that.
    [[nodiscard]] double norm(const FieldCounts& lengths) const {
        return fixed_norm_ + norm_each_ * weighted_length(lengths);
    }
    /// From 0 (no occurrence) towards k1 + 1.
    [[nodiscard]] double saturated(const FieldCounts& occurrences, double norm) const {
        return saturated(weighted(occurrences), norm);
    }
    /// The same for weighted occurrences.
    [[nodiscard]] double saturated(double tf, double norm) const { return tf > 0 ? tf * (k1_ + 1) / (tf + norm) : 0.0; }
    /// More than `saturated` can be.
    [[nodiscard]] double most_saturated() const { return k1_ + 1; }
    /// Of all chunks, in weighted terms.
    [[nodiscard]] double average_length() const { return average_length_; }
    [[nodiscard]] double weighted_length(const FieldCounts& lengths) const {
        FieldCounts counted{};
        for (std::size_t field = 0; field < term_fields; ++field) {
            counted[field] = std::min(lengths[field], longest_fields[field]);
        }
        return weighted(counted);
    }

    [[nodiscard]] double weighted(const FieldCounts& counts) const {
        return weights_[0] * counts[0] + weights_[1] * counts[1] + weights_[2] * counts[2];
    }

private:
    double k1_;
    double b_;
    std::array<double, term_fields> weights_;
    std::uint64_t chunks_;
    double average_length_;
    double fixed_norm_;  ///< k1 (1 - b): the part of the norm that does not depend on the length.
    double norm_each_;   ///< What a term of the length adds to it.
};

}  // namespace quarry::lexical
