#pragma once

#include <cstddef>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace quarry::search {

/// Picks up to `limit` of candidates by maximal marginal relevance (J. Carbonell, J. Goldstein, 1998): each time the
/// one with the greatest
///
///     weight x relevance - (1 - weight) x greatest similarity to those picked
///
/// `relevance` is scaled to 0..1 over the candidates; `similarity` of two of them is 0..1. With weight 1 the order is
/// that of relevance. Returns places in `relevance`; ties by place.
[[nodiscard]] std::vector<std::size_t> pick_diverse(std::span<const double> relevance,
                                                    const std::function<double(std::size_t, std::size_t)>& similarity,
                                                    std::size_t limit, double weight);

/// How alike texts are by their words: the terms that two have in common over those that either has (Jaccard), 0..1.
class TermOverlap {
public:
    explicit TermOverlap(std::span<const std::string_view> texts);
    [[nodiscard]] double operator()(std::size_t left, std::size_t right) const;

private:
    std::vector<std::vector<std::size_t>> terms_;  ///< Hashes, sorted, each once.
};

}  // namespace quarry::search
