#include "core/store/heading_match.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace quarry::store {
namespace {

/// Whether the terms have those of the sequence next to each other.
bool has_sequence(const std::vector<std::string>& terms, const lexical::TermSequence& sequence) {
    const auto same = [&](const std::string& term, const std::string& wanted) {
        const bool begins = sequence.prefix && &wanted == &sequence.terms.back();
        return begins ? term.starts_with(wanted) : term == wanted;
    };
    return std::search(terms.begin(), terms.end(), sequence.terms.begin(), sequence.terms.end(), same) != terms.end();
}

}  // namespace

bool HeadingMatch::holds(const std::string& label, const lexical::TermCondition& condition) {
    return std::any_of(analyzer_.languages().begin(), analyzer_.languages().end(), [&](const std::string& language) {
        std::vector<std::string> terms;
        for (analyze::Term& term : analyzer_.analyze_in(language, label)) terms.push_back(std::move(term.text));
        return std::any_of(condition.any_of.begin(), condition.any_of.end(), [&](const lexical::TermSequence& sequence) {
            return has_sequence(terms, sequence);
        });
    });
}

}  // namespace quarry::store
