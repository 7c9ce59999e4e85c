#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "core/db/sqlite_api.h"
#include "core/lexical/lexical_query.h"

namespace quarry::lexical {

/// BM25 as an auxiliary function of FTS5 on one connection: `SELECT quarry_bm25(chunk_terms) … MATCH …` gives the
/// score of a row for the query that was set, whose terms are the phrases of the expression, in order (of a term with
/// others as many phrases as it and they are).
///
/// FTS5's own bm25() counts each different term of a query once, takes fields together unweighted in the length, and
/// gives terms that most chunks have (nearly) nothing. This is what searches fall back to when the segments of the
/// index cannot be read directly (see TermIndex), and what the tests hold those searches against.
class Bm25Function {
public:
    /// Registers the function; does nothing where SQLite has no FTS5.
    explicit Bm25Function(SQLite::Database& database);

    /// A term of the query with the number of chunks that have it.
    struct Phrase {
        LexicalTerm term;
        std::uint64_t chunks = 0;
    };
    /// For the statements that are run from now on.
    void set_query(const Bm25Options& options, std::vector<Phrase> phrases);
    /// Of the row that was scored last.
    [[nodiscard]] LexicalExplanation last_row() const;

    struct State;

private:
    struct Delete {
        void operator()(State* state) const;
    };
    std::unique_ptr<State, Delete> state_;  ///< SQLite keeps its address.
};

}  // namespace quarry::lexical
