// SqliteStore: chunks by their words.

#include <algorithm>
#include <thread>

#include "core/lexical/chunk_lengths.h"
#include "core/lexical/fts5_search.h"
#include "core/lexical/lexical_search.h"
#include "core/lexical/match_expression.h"
#include "core/lexical/term_index.h"
#include "core/store/sqlite/sqlite_store.h"

namespace quarry::store {
namespace {

constexpr const char* select_matches = "SELECT rowid FROM chunk_terms WHERE chunk_terms MATCH ?";
constexpr const char* select_chunk_ids = "SELECT id FROM chunks";

/// All that is read while it lives is of the same state of the base.
class ReadSnapshot {
public:
    explicit ReadSnapshot(SQLite::Database& database) : database_(database) { database_.exec("SAVEPOINT search"); }
    ~ReadSnapshot() { static_cast<void>(database_.tryExec("RELEASE search")); }
    ReadSnapshot(const ReadSnapshot&) = delete;
    ReadSnapshot& operator=(const ReadSnapshot&) = delete;

private:
    SQLite::Database& database_;
};

}  // namespace

std::vector<document::ScoredChunk> SqliteStore::lexical(const TermQuery& query, const RetrievalScope& scope,
                                                        std::size_t limit) const {
    return lexical_within(query, chunks_in(scope), limit);
}

std::vector<document::ScoredChunk> SqliteStore::lexical_within(const TermQuery& query, const IdSet* within,
                                                               std::size_t limit) const {
    if (limit == 0 || query.terms.empty()) return {};
    const lexical::LexicalQuery lexical{query.terms, query.bm25, limit, within};
    return guarded("search", [&] {
        const ReadSnapshot snapshot(database_);
        try {
            const lexical::TermIndex index(statements_, lexical::TermIndex::Source::compact);
            const lexical::LexicalSearch::Sharing sharing{std::thread::hardware_concurrency() > 1};
            return lexical::LexicalSearch(index, lexical::ChunkLengths(statements_), lexical, sharing).best();
        } catch (const lexical::DamagedTermIndex&) {
            return lexical::Fts5Search(statements_, bm25_function_, lexical).best();
        }
    });
}

std::vector<lexical::LexicalExplanation> SqliteStore::explain(const TermQuery& query,
                                                              std::span<const std::int64_t> chunk_ids) const {
    const lexical::LexicalQuery lexical{query.terms, query.bm25, chunk_ids.size(), nullptr};
    return guarded("search", [&] {
        const ReadSnapshot snapshot(database_);
        try {
            const lexical::TermIndex index(statements_, lexical::TermIndex::Source::compact);
            return lexical::LexicalSearch(index, lexical::ChunkLengths(statements_), lexical).explain(chunk_ids);
        } catch (const lexical::DamagedTermIndex&) {
            return lexical::Fts5Search(statements_, bm25_function_, lexical).explain(chunk_ids);
        }
    });
}

std::vector<std::uint64_t> SqliteStore::term_weights(std::span<const std::string> terms) const {
    return guarded("search", [&] {
        const ReadSnapshot snapshot(database_);
        try {
            return lexical::TermIndex(statements_).weights(terms);
        } catch (const lexical::DamagedTermIndex&) {
            return lexical::Fts5Search::chunks_with(statements_, terms);
        }
    });
}

IdSet SqliteStore::chunks_matching(std::span<const lexical::TermCondition> conditions) const {
    std::vector<lexical::TermCondition> required;
    std::vector<lexical::TermCondition> excluded;
    for (const lexical::TermCondition& condition : conditions)
        (condition.excluded ? excluded : required).push_back(condition);
    return guarded("search", [&] {
        const ReadSnapshot snapshot(database_);
        IdSet without;
        if (const std::string expression = lexical::match_one(excluded); !expression.empty()) {
            db::Query row = query(select_matches);
            row.with(expression);
            while (row.step()) without.insert(row.integer(0));
        }
        IdSet matching;
        const std::string expression = lexical::match_all(required);
        db::Query row = query(expression.empty() ? select_chunk_ids : select_matches);
        if (!expression.empty()) row.with(expression);
        while (row.step()) {
            if (!without.contains(row.integer(0))) matching.insert(row.integer(0));
        }
        return matching;
    });
}

void SqliteStore::refresh_lengths(const std::vector<std::int64_t>& chunk_ids) {
    std::vector<std::int64_t> blocks;
    for (const std::int64_t chunk_id : chunk_ids) blocks.push_back(lexical::ChunkLengths::block_of(chunk_id));
    std::sort(blocks.begin(), blocks.end());
    blocks.erase(std::unique(blocks.begin(), blocks.end()), blocks.end());
    lexical::ChunkLengths lengths(statements_);
    for (const std::int64_t block : blocks) lengths.refresh(block);
}

}  // namespace quarry::store
