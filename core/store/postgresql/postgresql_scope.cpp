// PostgresqlStore: the chunks in a scope, and those of them that words find.

#include <algorithm>
#include <map>
#include <utility>

#include "core/base/text.h"
#include "core/store/chunk_filter.h"
#include "core/store/heading_match.h"
#include "core/store/json_text.h"
#include "core/store/postgresql/postgresql_store.h"

namespace quarry::store::postgresql {
namespace {

// The columns that a filter looks at.
#define QUARRY_SERVER_FILTERED_COLUMNS                                                                         \
    "SELECT s.document_id, s.uri, s.kind, s.mtime_ns, s.ingested_at, s.metadata, d.title, d.media_type, d.language," \
    " d.metadata, k.name, s.id FROM sources s JOIN documents d ON d.id = s.document_id"                        \
    " JOIN collections k ON k.id = s.collection_id "
constexpr const char* select_filtered_after =
    QUARRY_SERVER_FILTERED_COLUMNS
    "WHERE s.id > $1 AND ($2::text[] IS NULL OR k.name = ANY ($2::text[]))"
    " AND ($3 = ''::bytea OR s.uri = $3 OR (s.uri >= $3 || '/'::bytea AND s.uri < $3 || '0'::bytea))"
    " ORDER BY s.id LIMIT 5000";
constexpr const char* select_filtered_of =
    QUARRY_SERVER_FILTERED_COLUMNS "WHERE s.document_id = $1 ORDER BY s.uri";
#undef QUARRY_SERVER_FILTERED_COLUMNS
constexpr const char* select_chunks_among = "SELECT id FROM chunks WHERE document_id = ANY ($1::bigint[])";
constexpr const char* select_texts_of = "SELECT DISTINCT text_id FROM chunks WHERE id = ANY ($1::bigint[])";
constexpr const char* select_paths =
    "SELECT id, heading_path, start_byte, end_byte FROM chunks WHERE document_id = $1 ORDER BY ordinal";
constexpr const char* select_places =
    "SELECT id, document_id, start_byte, end_byte FROM chunks WHERE id = ANY ($1::bigint[]) ORDER BY document_id, id";
constexpr const char* select_id_page = "SELECT id FROM chunks WHERE id > $1 ORDER BY id LIMIT $2";
constexpr std::size_t ids_at_once = 5'000;

bool row_holds(const SourceMatcher& matcher, const Rows& rows, std::size_t row) {
    FilteredSource source;
    source.uri = rows.bytes(row, 1);
    source.collection = rows.bytes(row, 10);
    source.kind = static_cast<SourceKind>(rows.integer(row, 2));
    source.mtime_ns = rows.integer(row, 3);
    source.ingested_at = rows.integer(row, 4);
    source.metadata_json = rows.bytes(row, 5);
    source.title = rows.bytes(row, 6);
    source.media_type = rows.bytes(row, 7);
    source.language = rows.bytes(row, 8);
    source.document_metadata_json = rows.bytes(row, 9);
    return matcher.holds(source);
}

IdSet both_of(const IdSet& left, const IdSet& right) {
    IdSet both;
    for (const std::int64_t id : left.ids()) {
        if (right.contains(id)) both.insert(id);
    }
    return both;
}

bool is_about_headings(const lexical::TermCondition& condition) {
    return condition.field == lexical::TermField::headings;
}

}  // namespace

std::vector<std::int64_t> PostgresqlStore::filtered_documents(const ChunkFilter& filter) const {
    const SourceMatcher matcher(filter);
    const Parameter collections = filter.collections ? words(*filter.collections) : std::nullopt;
    std::vector<std::int64_t> documents;
    for (std::int64_t after = 0;;) {
        const Rows rows = server_.query(select_filtered_after, {number(after), collections, bytea(filter.folder)});
        for (std::size_t row = 0; row < rows.size(); ++row) {
            if (row_holds(matcher, rows, row)) documents.push_back(rows.integer(row, 0));
        }
        if (rows.empty()) break;
        after = rows.integer(rows.size() - 1, 11);
    }
    std::ranges::sort(documents);
    documents.erase(std::ranges::unique(documents).begin(), documents.end());
    return documents;
}

void PostgresqlStore::add_chunks_under(const ChunkFilter& filter, std::int64_t document_id, IdSet& chunks) const {
    const std::vector<document::Block> headings = headings_of(document_id);
    const Rows rows = server_.query(select_paths, {number(document_id)});
    for (std::size_t row = 0; row < rows.size(); ++row) {
        std::vector<std::string> around = parse_path(rows.bytes(row, 1));
        for (const document::Block& heading : headings) {
            if (heading.start >= rows.count(row, 2) && heading.start < rows.count(row, 3)) around.push_back(heading.label);
        }
        if (holds_for_headings(filter, around)) chunks.insert(rows.integer(row, 0));
    }
}

IdSet PostgresqlStore::chunks_within(const ChunkFilter& filter) const {
    const std::vector<std::int64_t> documents = filtered_documents(filter);
    IdSet chunks;
    if (!filter.headings.empty()) {
        for (const std::int64_t document : documents) add_chunks_under(filter, document, chunks);
        return chunks;
    }
    for (std::size_t first = 0; first < documents.size(); first += ids_at_once) {
        const auto some = std::span(documents).subspan(first, std::min(ids_at_once, documents.size() - first));
        const Rows rows = server_.query(select_chunks_among, {bigints(some)});
        for (std::size_t row = 0; row < rows.size(); ++row) chunks.insert(rows.integer(row, 0));
    }
    return chunks;
}

IdSet PostgresqlStore::chunks_with_heading(const lexical::TermCondition& condition, const IdSet* among) const {
    const lexical::TermCondition in_text{condition.any_of, lexical::TermField::body, false};
    IdSet candidates = terms_.matching({&in_text, 1});
    if (among != nullptr) candidates = both_of(*among, candidates);
    HeadingMatch match(term_languages());
    IdSet found;
    const std::vector<std::int64_t> ids = candidates.ids();
    std::int64_t document = 0;
    std::vector<document::Block> headings;
    for (std::size_t first = 0; first < ids.size(); first += ids_at_once) {
        const auto some = std::span(ids).subspan(first, std::min(ids_at_once, ids.size() - first));
        const Rows rows = server_.query(select_places, {bigints(some)});
        for (std::size_t row = 0; row < rows.size(); ++row) {
            if (rows.integer(row, 1) != document) {
                document = rows.integer(row, 1);
                headings = headings_of(document);
                std::erase_if(headings, [&](const document::Block& one) { return !match.holds(one.label, condition); });
            }
            const bool has_one = std::ranges::any_of(headings, [&](const document::Block& heading) {
                return heading.start >= rows.count(row, 2) && heading.start < rows.count(row, 3);
            });
            if (has_one) found.insert(rows.integer(row, 0));
        }
    }
    return found;
}

IdSet PostgresqlStore::chunks_under(std::span<const lexical::TermCondition> conditions, const IdSet* filtered) const {
    std::optional<IdSet> found;
    const auto narrow = [&](const IdSet& matching) {
        const IdSet* const before = found ? &*found : filtered;
        found = before == nullptr ? matching : both_of(matching, *before);
    };
    std::vector<lexical::TermCondition> others;
    for (const lexical::TermCondition& condition : conditions) {
        if (condition.excluded || !is_about_headings(condition)) others.push_back(condition);
    }
    if (!others.empty()) narrow(terms_.matching(others));
    for (const lexical::TermCondition& condition : conditions) {
        if (!is_about_headings(condition)) continue;
        IdSet within = chunks_with_heading(condition, found ? &*found : filtered);
        if (condition.excluded) {
            IdSet left;
            for (const std::int64_t id : found->ids()) {
                if (!within.contains(id)) left.insert(id);
            }
            found = std::move(left);
        } else {
            for (const std::int64_t id : terms_.matching({&condition, 1}).ids()) within.insert(id);
            narrow(within);
        }
    }
    return found ? std::move(*found) : IdSet();
}

const IdSet* PostgresqlStore::chunks_in(const RetrievalScope& scope) const {
    const KnownScope* const known = known_scope(scope);
    return known == nullptr ? nullptr : &known->chunks;
}

const std::vector<std::int64_t>* PostgresqlStore::texts_in(const RetrievalScope& scope) const {
    KnownScope* const known = known_scope(scope);
    if (known == nullptr) return nullptr;
    if (!known->texts) {
        known->texts.emplace();
        const Rows rows = server_.query(select_texts_of, {bigints(known->chunks.ids())});
        for (std::size_t row = 0; row < rows.size(); ++row) known->texts->push_back(rows.integer(row, 0));
    }
    return &*known->texts;
}

PostgresqlStore::KnownScope* PostgresqlStore::known_scope(const RetrievalScope& scope) const {
    if (scope.empty()) return nullptr;
    const std::string state = setting(state_setting).value_or("");
    std::optional<KnownScope>& known = scope.conditions.empty() ? filtered_ : scoped_;
    if (known && known->state == state && known->scope == scope) return &*known;
    known.reset();
    const IdSet* const filtered =
        scope.filter.empty() || scope.conditions.empty() ? nullptr : chunks_in({scope.filter, {}});
    known = KnownScope{
        state, scope, scope.conditions.empty() ? chunks_within(scope.filter) : chunks_under(scope.conditions, filtered),
        std::nullopt};
    return &*known;
}

std::vector<document::ScoredChunk> PostgresqlStore::lexical(const TermQuery& query, const RetrievalScope& scope,
                                                            std::size_t limit) const {
    if (limit == 0 || query.terms.empty()) return {};
    const ReadTransaction transaction(server_);
    std::vector<document::ScoredChunk> found = terms_.best(query, chunks_in(scope), limit);
    note_found(found);
    return found;
}

std::vector<lexical::LexicalExplanation> PostgresqlStore::explain(const TermQuery& query,
                                                                  std::span<const std::int64_t> chunk_ids) const {
    const ReadTransaction transaction(server_);
    return terms_.explain(query, chunk_ids);
}

std::vector<std::uint64_t> PostgresqlStore::term_weights(std::span<const std::string> terms) const {
    const ReadTransaction transaction(server_);
    return terms_.weights(terms);
}

std::vector<std::uint64_t> PostgresqlStore::term_weights_within(std::span<const std::string> terms,
                                                                const ChunkFilter& filter) const {
    const ReadTransaction transaction(server_);
    const IdSet* const within = chunks_in({filter, {}});
    std::vector<std::uint64_t> weights = terms_.weights(terms);
    for (std::size_t i = 0; within != nullptr && i < terms.size(); ++i) {
        if (weights[i] == 0) continue;
        const lexical::TermCondition condition{{{{terms[i]}, false}}, std::nullopt, false};
        weights[i] = both_of(terms_.matching({&condition, 1}), *within).count();
    }
    return weights;
}

std::vector<std::string> PostgresqlStore::term_languages() const {
    std::vector<std::string> languages;
    const std::string all = setting(store::setting::languages).value_or("");
    for (const std::string_view language : split(all, ' ')) {
        if (!language.empty()) languages.emplace_back(language);
    }
    if (languages.empty()) languages.emplace_back("en");
    std::ranges::sort(languages);
    const auto english = std::ranges::find(languages, "en");
    if (english != languages.end()) std::rotate(languages.begin(), english, english + 1);
    return languages;
}

std::vector<std::int64_t> PostgresqlStore::chunk_ids(const RetrievalScope& scope, std::int64_t after,
                                                     std::size_t limit) const {
    const ReadTransaction transaction(server_);
    std::vector<std::int64_t> ids;
    if (const IdSet* const within = chunks_in(scope)) {
        for (const std::int64_t id : within->ids()) {
            if (id > after && ids.size() < limit) ids.push_back(id);
        }
        return ids;
    }
    const Rows rows = server_.query(select_id_page, {number(after), number(limit)});
    for (std::size_t row = 0; row < rows.size(); ++row) ids.push_back(rows.integer(row, 0));
    return ids;
}

std::optional<std::string> PostgresqlStore::filtered_uri(std::int64_t document_id, const ChunkFilter& filter) const {
    const SourceMatcher matcher(filter);
    const Rows rows = server_.query(select_filtered_of, {number(document_id)});
    for (std::size_t row = 0; row < rows.size(); ++row) {
        if (row_holds(matcher, rows, row)) return rows.text(row, 1);
    }
    return std::nullopt;
}

}  // namespace quarry::store::postgresql
