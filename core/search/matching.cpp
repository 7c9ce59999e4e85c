// What a query's conditions leave.

#include "core/search/matching.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "core/analyze/multilingual_analyzer.h"

namespace quarry::search {
namespace {

IdSet intersection(const IdSet& left, const IdSet& right) {
    IdSet both;
    const bool left_is_smaller = left.count() < right.count();
    for (const std::int64_t id : (left_is_smaller ? left : right).ids()) {
        if ((left_is_smaller ? right : left).contains(id)) both.insert(id);
    }
    return both;
}

/// Whether the terms have those of the sequence next to each other.
bool has_sequence(const std::vector<std::string>& terms, const lexical::TermSequence& sequence) {
    const auto same = [&](const std::string& term, const std::string& wanted) {
        const bool begins = sequence.prefix && &wanted == &sequence.terms.back();
        return begins ? term.starts_with(wanted) : term == wanted;
    };
    return std::search(terms.begin(), terms.end(), sequence.terms.begin(), sequence.terms.end(), same) != terms.end();
}

/// Looks for the conditions about headings in those that stand within chunks: the index has their words in the text.
class InnerHeadings {
public:
    InnerHeadings(const store::Store& store, const std::vector<std::string>& languages)
        : store_(store), analyzer_(languages) {}

    /// The chunks with such a heading within, of `among` where it is given.
    [[nodiscard]] IdSet chunks(const lexical::TermCondition& condition, const IdSet* among) {
        const lexical::TermCondition in_text{condition.any_of, lexical::TermField::body, false};
        IdSet candidates = store_.chunks_matching({&in_text, 1});
        if (among != nullptr) candidates = intersection(*among, candidates);
        return store_.chunks_with_heading(candidates,
                                          [&](const std::string& label) { return is_wanted(label, condition); });
    }

private:
    [[nodiscard]] bool is_wanted(const std::string& label, const lexical::TermCondition& condition) {
        return std::any_of(
            analyzer_.languages().begin(), analyzer_.languages().end(), [&](const std::string& language) {
                std::vector<std::string> terms;
                for (analyze::Term& term : analyzer_.analyze_in(language, label)) terms.push_back(std::move(term.text));
                return std::any_of(
                    condition.any_of.begin(), condition.any_of.end(),
                    [&](const lexical::TermSequence& sequence) { return has_sequence(terms, sequence); });
            });
    }

    const store::Store& store_;
    analyze::MultilingualAnalyzer analyzer_;
};

bool is_about_headings(const lexical::TermCondition& condition) {
    return condition.field == lexical::TermField::headings;
}

}  // namespace

std::optional<IdSet> matching_chunks(const store::Store& store, const SearchQuery& query, const IdSet* filtered) {
    if (query.conditions.empty()) return std::nullopt;
    std::optional<IdSet> found;
    const auto narrow = [&](const IdSet& matching) {
        const IdSet* const before = found ? &*found : filtered;
        found = before == nullptr ? matching : intersection(*before, matching);
    };
    std::vector<lexical::TermCondition> others;
    for (const lexical::TermCondition& condition : query.conditions) {
        if (condition.excluded || !is_about_headings(condition)) others.push_back(condition);
    }
    if (!others.empty()) narrow(store.chunks_matching(others));
    std::optional<InnerHeadings> inner;
    for (const lexical::TermCondition& condition : query.conditions) {
        if (!is_about_headings(condition)) continue;
        if (!inner) inner.emplace(store, index_languages(store));
        IdSet within = inner->chunks(condition, found ? &*found : filtered);
        if (condition.excluded) {
            IdSet left;
            for (const std::int64_t id : found->ids()) {
                if (!within.contains(id)) left.insert(id);
            }
            found = std::move(left);
        } else {
            for (const std::int64_t id : store.chunks_matching({&condition, 1}).ids()) within.insert(id);
            narrow(within);
        }
    }
    return found;
}

}  // namespace quarry::search
