#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "core/base/cancel.h"
#include "core/embed/builtin_features.h"

namespace quarry::embed::builtin {

/// Random numbers that are the same on every machine: SplitMix64 (Steele, Lea, Flood 2014).
class Random {
public:
    explicit Random(std::uint64_t seed) noexcept : state_(seed) {}
    [[nodiscard]] std::uint64_t next() noexcept;
    /// Uniform in [0, bound); bound > 0.
    [[nodiscard]] std::uint64_t below(std::uint64_t bound) noexcept;
    /// About normal, mean 0 and variance 1: four uniform numbers added, which needs no library function that could
    /// differ between machines.
    [[nodiscard]] float normal() noexcept;

private:
    std::uint64_t state_;
};

/// Pairs of texts that belong together, as features, stored flat.
class PairSet {
public:
    struct Side {
        std::size_t begin = 0, end = 0;
    };
    void add(std::span<const Feature> query, std::span<const Feature> document);
    [[nodiscard]] std::size_t size() const noexcept { return queries_.size(); }
    [[nodiscard]] std::span<const Feature> query(std::size_t pair) const { return view(queries_[pair]); }
    [[nodiscard]] std::span<const Feature> document(std::size_t pair) const { return view(documents_[pair]); }

private:
    [[nodiscard]] std::span<const Feature> view(Side side) const {
        return std::span(features_).subspan(side.begin, side.end - side.begin);
    }
    Side append(std::span<const Feature> features);

    std::vector<Feature> features_;
    std::vector<Side> queries_;
    std::vector<Side> documents_;
};

struct TrainOptions {
    std::size_t epochs = 5;
    std::size_t max_batch = 256;
    float rate = 0.3F;    ///< Adagrad's; warms up over 5 % of the steps and then falls to 0.
    float scale = 20.0F;  ///< Of the cosines in the softmax.
    std::uint64_t seed = 1;
};

/// How so many pairs are gone through, in `most_epochs` at most: many of them have taught the table as much in two
/// epochs at a higher rate as in five (docs/research/built-in-embedder.md), which are most of the time of a fit.
[[nodiscard]] TrainOptions options_for(std::size_t pairs, std::size_t most_epochs);

/// Fits the rows of `table` (rows x dimensions) so that the two texts of a pair are nearer to each other than to the
/// other texts of their batch: InfoNCE both ways over the prefixes 256, 128, 64 and 32, by sparse Adagrad.
/// Deterministic. Fewer than 32 pairs leave the table as it is. `progress` gets the done share, 0 to 1.
void train(const PairSet& pairs, const TrainOptions& options, std::span<float> table, const Cancellation& cancellation,
           const std::function<void(double)>& progress);

}  // namespace quarry::embed::builtin
