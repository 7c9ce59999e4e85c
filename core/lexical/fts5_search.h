#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/db/sqlite_statement.h"
#include "core/document/scored_chunk.h"
#include "core/lexical/bm25_function.h"
#include "core/lexical/lexical_query.h"

namespace quarry::lexical {

/// The same as LexicalSearch gives, from FTS5 with quarry's function: every chunk with any of the terms is scored,
/// which takes about a microsecond for each. For an index that cannot be read directly.
///
/// For one query, within one read transaction.
class Fts5Search {
public:
    Fts5Search(db::StatementCache& statements, Bm25Function& function, const LexicalQuery& query);

    /// Best first; ties by id.
    [[nodiscard]] std::vector<document::ScoredChunk> best();
    [[nodiscard]] std::vector<LexicalExplanation> explain(std::span<const std::int64_t> chunk_ids);

    /// How many chunks have each of the terms.
    [[nodiscard]] static std::vector<std::uint64_t> chunks_with(db::StatementCache& statements,
                                                                std::span<const std::string> terms);

private:
    db::StatementCache& statements_;
    Bm25Function& function_;
    const LexicalQuery& query_;
    std::string expression_;  ///< Of the terms that some chunk has, the rarest first; empty without any.
};

}  // namespace quarry::lexical
