#include "core/search/diversify.h"

#include <algorithm>

#include "core/analyze/analyzer.h"

namespace quarry::search {

std::vector<std::size_t> pick_diverse(std::span<const double> relevance,
                                      const std::function<double(std::size_t, std::size_t)>& similarity,
                                      std::size_t limit, double weight) {
    std::vector<std::size_t> picked;
    if (relevance.empty()) return picked;
    const auto [lowest, highest] = std::minmax_element(relevance.begin(), relevance.end());
    const double range = *highest - *lowest;
    std::vector<double> nearest(relevance.size(), 0.0);  // to those picked
    std::vector<bool> taken(relevance.size(), false);
    while (picked.size() < std::min(limit, relevance.size())) {
        std::size_t best = relevance.size();
        double best_value = 0;
        for (std::size_t i = 0; i < relevance.size(); ++i) {
            if (taken[i]) continue;
            const double scaled = range > 0 ? (relevance[i] - *lowest) / range : 1.0;
            const double value = weight * scaled - (1 - weight) * nearest[i];
            if (best == relevance.size() || value > best_value) {
                best = i;
                best_value = value;
            }
        }
        taken[best] = true;
        picked.push_back(best);
        for (std::size_t i = 0; i < relevance.size(); ++i) {
            if (!taken[i]) nearest[i] = std::max(nearest[i], similarity(i, best));
        }
    }
    return picked;
}

TermOverlap::TermOverlap(std::span<const std::string_view> texts) {
    analyze::Analyzer analyzer;
    std::vector<analyze::Term> analyzed;
    terms_.reserve(texts.size());
    for (const std::string_view text : texts) {
        analyzer.analyze(text, analyzed);
        std::vector<std::size_t>& terms = terms_.emplace_back();
        for (const analyze::Term& term : analyzed) terms.push_back(std::hash<std::string_view>{}(term.text));
        std::sort(terms.begin(), terms.end());
        terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
    }
}

double TermOverlap::operator()(std::size_t left, std::size_t right) const {
    const std::vector<std::size_t>& a = terms_[left];
    const std::vector<std::size_t>& b = terms_[right];
    std::size_t common = 0;
    for (auto x = a.begin(), y = b.begin(); x != a.end() && y != b.end();) {
        if (*x == *y) ++common;
        const bool step_x = *x <= *y;
        const bool step_y = *y <= *x;
        if (step_x) ++x;
        if (step_y) ++y;
    }
    const std::size_t all = a.size() + b.size() - common;
    return all == 0 ? 1.0 : static_cast<double>(common) / static_cast<double>(all);
}

}  // namespace quarry::search
