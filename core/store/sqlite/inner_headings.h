#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/id_set.h"
#include "core/db/sqlite_statement.h"
#include "core/document/chunk_span.h"
#include "core/document/document.h"
#include "core/lexical/lexical_query.h"
#include "core/store/document_parts.h"

namespace quarry::analyze {
class Analyzer;
}  // namespace quarry::analyze

namespace quarry::store {

/// The terms of the headings that begin within a chunk and are not among those above all of it, by the rules of the
/// document's language, as the table has them; "" for no such heading. `headings` as headings_among gives them. Leaves
/// the analyzer in that language.
[[nodiscard]] std::string inner_heading_terms(analyze::Analyzer& analyzer, std::string_view language,
                                              std::span<const document::Block> headings,
                                              const document::ChunkSpan& chunk);

/// The table inner_headings: which chunks have which words in the headings within them.
///
/// It is derived: what changes the chunks of a document notes it here, and writes it at the end of the transaction.
/// Borrows the statements; throws SQLite::Exception.
class InnerHeadings {
public:
    explicit InnerHeadings(db::StatementCache& statements) : statements_(statements) {}

    /// Whether it has every chunk, under the rules of this program.
    [[nodiscard]] bool complete() const;
    void mark_complete();
    /// Takes all out.
    void clear();

    /// Notes that a chunk came or goes, with its terms; one without terms is none of the table's.
    void insert(std::int64_t chunk_id, std::string terms);
    void remove(std::int64_t chunk_id, std::string terms);
    /// Writes what was noted. In a transaction.
    void write();
    /// Drops what was noted.
    void forget();
    /// Puts it all into one segment, without what was removed.
    void merge();

    /// The chunks that have one of the condition's sequences in such a heading.
    [[nodiscard]] IdSet chunks(const lexical::TermCondition& condition) const;

private:
    using Change = std::pair<std::int64_t, std::string>;

    db::StatementCache& statements_;
    std::vector<Change> removals_, insertions_;
};

}  // namespace quarry::store
