#include "core/search/fusion.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <utility>

#include "core/base/error.h"

namespace quarry::search {
namespace {

constexpr double rank_constant = 60;  // of the paper

/// Scales the scores of one part.
class Scale {
public:
    /// `scores` are in falling order; `zeros` candidates besides them have 0, which is the lowest then.
    Scale(Fusion fusion, const std::vector<document::ScoredChunk>& scores, double lowest, std::size_t zeros)
        : fusion_(fusion), lowest_(lowest) {
        if (scores.empty()) return;
        if (fusion == Fusion::min_max) divisor_ = scores.front().score - lowest;
        if (fusion == Fusion::z_score) divisor_ = deviation(scores, zeros);
    }

    [[nodiscard]] double operator()(double score, std::size_t rank) const noexcept {
        if (fusion_ == Fusion::reciprocal_rank) return 1.0 / (rank_constant + static_cast<double>(rank));
        // A single candidate, or many alike, are all the best.
        return divisor_ > 0 ? (score - lowest_) / divisor_ : 1.0;
    }

private:
    [[nodiscard]] static double deviation(const std::vector<document::ScoredChunk>& scores, std::size_t zeros) {
        const auto count = static_cast<double>(scores.size() + zeros);
        double sum = 0;
        for (const document::ScoredChunk& chunk : scores) sum += chunk.score;
        const double mean = sum / count;
        double squares = static_cast<double>(zeros) * mean * mean;
        for (const document::ScoredChunk& chunk : scores) squares += (chunk.score - mean) * (chunk.score - mean);
        return std::sqrt(squares / count);
    }

    Fusion fusion_;
    double lowest_;
    double divisor_ = 0;
};

constexpr std::pair<Fusion, std::string_view> fusion_names[] = {
    {Fusion::min_max, "minmax"}, {Fusion::z_score, "zscore"}, {Fusion::reciprocal_rank, "rrf"}};

}  // namespace

std::string_view fusion_name(Fusion fusion) noexcept {
    for (const auto& [one, name] : fusion_names) {
        if (one == fusion) return name;
    }
    return "";
}

Fusion fusion_by_name(std::string_view name) {
    for (const auto& [fusion, own] : fusion_names) {
        if (own == name) return fusion;
    }
    throw Error(ErrorCode::usage, fmt::format("there is no fusion \"{}\"", name), "minmax, zscore or rrf");
}

PartWeights part_weights(Fusion fusion, double dense_weight) noexcept {
    if (fusion == Fusion::reciprocal_rank) return {1, 1};
    return {1 - dense_weight, dense_weight};
}

PartWeights part_weights_with_grams(double dense_weight) noexcept {
    constexpr double share = 0.5, most = 0.15;
    const double grams = std::min(most, share * dense_weight);
    return {(1 - grams) * (1 - dense_weight), (1 - grams) * dense_weight, grams};
}

double weighed_score(const RankedChunk& chunk, const PartWeights& weights) noexcept {
    const auto scaled = [](const std::optional<ScorePart>& part) { return part ? part->scaled : 0.0; };
    return weights.lexical * scaled(chunk.lexical) + weights.dense * scaled(chunk.dense) +
           weights.grams * scaled(chunk.grams);
}

bool ranks_before(const RankedChunk& left, const RankedChunk& right) noexcept {
    return left.score != right.score ? left.score > right.score : left.chunk_id < right.chunk_id;
}

std::vector<RankedChunk> fuse(const std::vector<document::ScoredChunk>& lexical,
                              const std::vector<document::ScoredChunk>& dense, Fusion fusion, double dense_weight,
                              std::size_t limit) {
    std::map<std::int64_t, RankedChunk> chunks;
    for (const document::ScoredChunk& chunk : lexical) chunks[chunk.chunk_id];
    for (const document::ScoredChunk& chunk : dense) chunks[chunk.chunk_id];
    const Scale lexical_scale(fusion, lexical, 0, chunks.size() - lexical.size());
    for (std::size_t i = 0; i < lexical.size(); ++i) {
        chunks[lexical[i].chunk_id].lexical =
            ScorePart{lexical[i].score, lexical_scale(lexical[i].score, i + 1), i + 1};
    }
    const Scale dense_scale(fusion, dense, dense.empty() ? 0 : dense.back().score, 0);
    for (std::size_t i = 0; i < dense.size(); ++i) {
        chunks[dense[i].chunk_id].dense = ScorePart{dense[i].score, dense_scale(dense[i].score, i + 1), i + 1};
    }
    const PartWeights weights = part_weights(fusion, dense_weight);
    std::vector<RankedChunk> fused;
    fused.reserve(chunks.size());
    for (auto& [id, chunk] : chunks) {
        chunk.chunk_id = id;
        chunk.score = weighed_score(chunk, weights);
        fused.push_back(std::move(chunk));
    }
    std::sort(fused.begin(), fused.end(), ranks_before);
    if (fused.size() > limit) fused.resize(limit);
    return fused;
}

}  // namespace quarry::search
