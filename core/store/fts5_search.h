#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/store/bm25_function.h"
#include "core/store/lexical.h"
#include "core/store/statement.h"
#include "core/store/store.h"

namespace quarry {

/// The same as LexicalSearch gives, from FTS5 with quarry's function: every chunk with any of the terms is scored,
/// which takes about a microsecond for each. For an index that cannot be read directly.
///
/// For one query, within one read transaction.
class Fts5Search {
public:
    Fts5Search(StatementCache& statements, Bm25Function& function, const LexicalQuery& query);

    /// Best first; ties by id.
    [[nodiscard]] std::vector<ScoredChunk> best();
    [[nodiscard]] std::vector<LexicalExplanation> explain(std::span<const std::int64_t> chunk_ids);

    /// How many chunks have each of the terms.
    [[nodiscard]] static std::vector<std::uint64_t> chunks_with(StatementCache& statements,
                                                                std::span<const std::string> terms);

private:
    StatementCache& statements_;
    Bm25Function& function_;
    const LexicalQuery& query_;
    std::string expression_;  ///< Of the terms that some chunk has, the rarest first; empty without any.
};

}  // namespace quarry
