#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "core/store/store.h"

namespace quarry::search {

/// How the scores of words and of vectors become one.
enum class Fusion {
    min_max,          ///< A convex combination of scores scaled to 0..1.
    z_score,          ///< A convex combination of scores in standard deviations.
    reciprocal_rank,  ///< Of ranks alone, 1 / (60 + rank) each (Cormack, Clarke and Büttcher, SIGIR 2009).
};

/// "minmax", "zscore" or "rrf".
[[nodiscard]] std::string_view fusion_name(Fusion fusion) noexcept;
/// The fusion of a name. Throws Error(usage) that lists the names.
[[nodiscard]] Fusion fusion_by_name(std::string_view name);

/// One part of a chunk's score.
struct ScorePart {
    double raw = 0;        ///< BM25, or cosine similarity.
    double scaled = 0;     ///< As the fusion scales it.
    std::size_t rank = 0;  ///< 1-based; 0 when it was no candidate of this part.
};

/// What the scaled scores of both parts are multiplied with before they are added up.
struct PartWeights {
    double lexical = 1;
    double dense = 1;
    double grams = 0;
};
/// `dense_weight` and the rest of 1; 1 and 1 of ranks, which have no weights.
[[nodiscard]] PartWeights part_weights(Fusion fusion, double dense_weight) noexcept;
/// The same where the best candidates were also scored by parts of words.
[[nodiscard]] PartWeights part_weights_with_grams(double dense_weight) noexcept;

/// A chunk with what its score is made of.
struct RankedChunk {
    std::int64_t chunk_id = 0;
    double score = 0;
    std::optional<ScorePart> lexical;
    std::optional<ScorePart> dense;
    std::optional<ScorePart> grams;  ///< By parts of words; of the best candidates only.
};

/// The scaled scores of a chunk's parts, weighed and added up.
[[nodiscard]] double weighed_score(const RankedChunk& chunk, const PartWeights& weights) noexcept;

/// Best first; ties by chunk id.
[[nodiscard]] bool ranks_before(const RankedChunk& left, const RankedChunk& right) noexcept;

/// Fuses two lists of candidates, each best first, into at most `limit`. `dense` should be the union of both
/// candidates; a chunk without any term of the query has a lexical score of 0.
///
/// min_max scales the lexical score by its best, and the dense one from its lowest to its highest. z_score divides
/// each by its standard deviation over all candidates, the lowest being 0: z-scores but for a constant, which
/// changes no order.
[[nodiscard]] std::vector<RankedChunk> fuse(const std::vector<document::ScoredChunk>& lexical,
                                            const std::vector<document::ScoredChunk>& dense, Fusion fusion,
                                            double dense_weight, std::size_t limit);

}  // namespace quarry::search
