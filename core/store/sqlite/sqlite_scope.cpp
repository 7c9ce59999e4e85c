// SqliteStore: the chunks in a scope.

#include <algorithm>
#include <utility>
#include <vector>

#include "core/base/text.h"
#include "core/store/heading_match.h"
#include "core/store/sqlite/sqlite_store.h"

namespace quarry::store {
namespace {

constexpr const char* select_chunk_page = "SELECT id FROM chunks WHERE id > ? ORDER BY id LIMIT ?";

IdSet intersection(const IdSet& left, const IdSet& right) {
    IdSet both;
    const bool left_is_smaller = left.count() < right.count();
    for (const std::int64_t id : (left_is_smaller ? left : right).ids()) {
        if ((left_is_smaller ? right : left).contains(id)) both.insert(id);
    }
    return both;
}

bool is_about_headings(const lexical::TermCondition& condition) {
    return condition.field == lexical::TermField::headings;
}

}  // namespace

/// Looks for the conditions about headings in those that stand within chunks, by reading the blocks of documents: for
/// a base whose table of these headings is not complete.
class SqliteStore::HeadingScan {
public:
    explicit HeadingScan(const SqliteStore& store) : store_(store), match_(store.term_languages()) {}

    /// The chunks with such a heading within, of `among` where it is given.
    [[nodiscard]] IdSet chunks(const lexical::TermCondition& condition, const IdSet* among) {
        const lexical::TermCondition in_text{condition.any_of, lexical::TermField::body, false};
        IdSet candidates = store_.chunks_matching({&in_text, 1});
        if (among != nullptr) candidates = intersection(*among, candidates);
        return store_.chunks_with_heading(candidates,
                                          [&](const std::string& label) { return match_.holds(label, condition); });
    }

private:
    const SqliteStore& store_;
    HeadingMatch match_;
};

IdSet SqliteStore::chunks_under(std::span<const lexical::TermCondition> conditions, const IdSet* filtered) const {
    std::optional<IdSet> found;
    const auto narrow = [&](const IdSet& matching) {
        const IdSet* const before = found ? &*found : filtered;
        found = before == nullptr ? matching : intersection(*before, matching);
    };
    std::vector<lexical::TermCondition> others;
    for (const lexical::TermCondition& condition : conditions) {
        if (condition.excluded || !is_about_headings(condition)) others.push_back(condition);
    }
    if (!others.empty()) narrow(chunks_matching(others));
    const bool in_table = !index_is_stale() && guarded("read", [&] { return inner_headings_.complete(); });
    std::optional<HeadingScan> scan;
    for (const lexical::TermCondition& condition : conditions) {
        if (!is_about_headings(condition)) continue;
        if (!in_table && !scan) scan.emplace(*this);
        IdSet within = in_table ? guarded("search", [&] { return inner_headings_.chunks(condition); })
                                : scan->chunks(condition, found ? &*found : filtered);
        if (condition.excluded) {
            IdSet left;
            for (const std::int64_t id : found->ids()) {
                if (!within.contains(id)) left.insert(id);
            }
            found = std::move(left);
        } else {
            for (const std::int64_t id : chunks_matching({&condition, 1}).ids()) within.insert(id);
            narrow(within);
        }
    }
    return found ? std::move(*found) : IdSet();
}

std::int64_t SqliteStore::state_of_base() const {
    return guarded("read", [&] {
        // The one counts what other connections did, the other what this one does.
        db::Query row = query("PRAGMA data_version");
        row.step();
        return row.integer(0) << 32 ^ static_cast<std::int64_t>(database_.getTotalChanges());
    });
}

const IdSet* SqliteStore::chunks_in(const RetrievalScope& scope) const {
    if (scope.empty()) return nullptr;
    if (scope.filter.collections && are_all_collections(*scope.filter.collections)) {
        RetrievalScope all = scope;
        all.filter.collections.reset();
        return chunks_in(all);
    }
    const std::int64_t state = state_of_base();
    std::optional<KnownScope>& known = scope.conditions.empty() ? filtered_ : scoped_;
    if (known && known->state == state && known->scope == scope) return &known->chunks;
    known.reset();
    const IdSet* const filtered =
        scope.filter.empty() || scope.conditions.empty() ? nullptr : chunks_in({scope.filter, {}});
    known =
        KnownScope{state, scope,
                   scope.conditions.empty() ? chunks_within(scope.filter) : chunks_under(scope.conditions, filtered)};
    return &known->chunks;
}

std::vector<std::uint64_t> SqliteStore::term_weights_within(std::span<const std::string> terms,
                                                            const ChunkFilter& filter) const {
    std::vector<std::uint64_t> weights = term_weights(terms);
    const IdSet* const within = chunks_in({filter, {}});
    if (within == nullptr) return weights;
    for (std::size_t i = 0; i < terms.size(); ++i) {
        if (weights[i] == 0) continue;
        const lexical::TermCondition condition{{{{terms[i]}, false}}, std::nullopt, false};
        weights[i] = intersection(*within, chunks_matching({&condition, 1})).count();
    }
    return weights;
}

std::vector<std::int64_t> SqliteStore::chunk_ids(const RetrievalScope& scope, std::int64_t after,
                                                 std::size_t limit) const {
    std::vector<std::int64_t> ids;
    if (const IdSet* const within = chunks_in(scope)) {
        for (const std::int64_t id : within->ids()) {
            if (id > after && ids.size() < limit) ids.push_back(id);
        }
        return ids;
    }
    return guarded("read", [&] {
        db::Query row = query(select_chunk_page);
        row.with(after, limit);
        while (row.step()) ids.push_back(row.integer(0));
        return ids;
    });
}

std::vector<std::string> SqliteStore::term_languages() const {
    std::vector<std::string> languages;
    if (!index_is_stale()) {
        const std::string all = setting(store::setting::languages).value_or("");
        for (const std::string_view language : split(all, ' ')) {
            if (!language.empty()) languages.emplace_back(language);
        }
    }
    // An older index has English stems alone.
    if (languages.empty()) languages.emplace_back("en");
    std::sort(languages.begin(), languages.end());
    const auto english = std::find(languages.begin(), languages.end(), "en");
    if (english != languages.end()) std::rotate(languages.begin(), english, english + 1);
    return languages;
}

}  // namespace quarry::store
