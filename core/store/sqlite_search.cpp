// SqliteStore: chunks by their words.

#include <algorithm>
#include <thread>

#include "core/store/chunk_lengths.h"
#include "core/store/fts5_search.h"
#include "core/store/lexical_search.h"
#include "core/store/match_expression.h"
#include "core/store/sqlite_store.h"
#include "core/store/term_index.h"

namespace quarry {
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

std::vector<ScoredChunk> SqliteStore::lexical_candidates(const LexicalQuery& lexical) const {
    if (lexical.limit == 0 || lexical.terms.empty()) return {};
    return guarded("search", [&] {
        const ReadSnapshot snapshot(database_);
        try {
            const TermIndex index(statements_, TermIndex::Source::compact);
            const LexicalSearch::Sharing sharing{std::thread::hardware_concurrency() > 1};
            return LexicalSearch(index, ChunkLengths(statements_), lexical, sharing).best();
        } catch (const DamagedTermIndex&) {
            return Fts5Search(statements_, bm25_function_, lexical).best();
        }
    });
}

std::vector<LexicalExplanation> SqliteStore::explain_lexical(const LexicalQuery& lexical,
                                                             std::span<const std::int64_t> chunk_ids) const {
    return guarded("search", [&] {
        const ReadSnapshot snapshot(database_);
        try {
            const TermIndex index(statements_, TermIndex::Source::compact);
            return LexicalSearch(index, ChunkLengths(statements_), lexical).explain(chunk_ids);
        } catch (const DamagedTermIndex&) {
            return Fts5Search(statements_, bm25_function_, lexical).explain(chunk_ids);
        }
    });
}

std::vector<std::uint64_t> SqliteStore::term_weights(std::span<const std::string> terms) const {
    return guarded("search", [&] {
        const ReadSnapshot snapshot(database_);
        try {
            return TermIndex(statements_).weights(terms);
        } catch (const DamagedTermIndex&) {
            return Fts5Search::chunks_with(statements_, terms);
        }
    });
}

IdSet SqliteStore::chunks_matching(std::span<const TermCondition> conditions) const {
    std::vector<TermCondition> required;
    std::vector<TermCondition> excluded;
    for (const TermCondition& condition : conditions) (condition.excluded ? excluded : required).push_back(condition);
    return guarded("search", [&] {
        const ReadSnapshot snapshot(database_);
        IdSet without;
        if (const std::string expression = match_one(excluded); !expression.empty()) {
            Query row = query(select_matches);
            row.with(expression);
            while (row.step()) without.insert(row.integer(0));
        }
        IdSet matching;
        const std::string expression = match_all(required);
        Query row = query(expression.empty() ? select_chunk_ids : select_matches);
        if (!expression.empty()) row.with(expression);
        while (row.step()) {
            if (!without.contains(row.integer(0))) matching.insert(row.integer(0));
        }
        return matching;
    });
}

void SqliteStore::refresh_lengths(const std::vector<std::int64_t>& chunk_ids) {
    std::vector<std::int64_t> blocks;
    for (const std::int64_t chunk_id : chunk_ids) blocks.push_back(ChunkLengths::block_of(chunk_id));
    std::sort(blocks.begin(), blocks.end());
    blocks.erase(std::unique(blocks.begin(), blocks.end()), blocks.end());
    ChunkLengths lengths(statements_);
    for (const std::int64_t block : blocks) lengths.refresh(block);
}

}  // namespace quarry
