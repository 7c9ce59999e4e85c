#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "core/db/sqlite_api.h"
#include "core/db/sqlite_statement.h"
#include "core/lexical/index_changes.h"

namespace quarry::lexical {

/// Writes new chunks into the FTS5 table `chunk_terms` as FTS5 itself would, a segment at a time, many times quicker
/// than through it: the terms come sorted by documents, and nothing but pages and rows is left to be written.
///
/// Within a transaction, and while no statement of the connection writes. All else (taking chunks out, merging
/// segments) is FTS5's, which finds what was written here as if it was its own.
class TermIndexWriter {
public:
    TermIndexWriter(SQLite::Database& database, db::StatementCache& statements)
        : database_(database), statements_(statements) {}

    /// Chunks that the table does not have. Falls back to FTS5 where its tables are in a form that is not known here.
    void insert(std::span<const IndexChanges::Insertion> insertions);

private:
    [[nodiscard]] bool is_known_format() const;
    void insert_segment(std::span<const IndexChanges::Insertion> insertions);
    void write_lengths(std::span<const IndexChanges::Insertion> insertions);
    void put_record(std::int64_t row, const std::string& record);
    [[nodiscard]] std::string record(std::int64_t row) const;
    /// FTS5 keeps what it has read of its tables until another connection writes to them, or something is rolled back.
    void make_fts5_read_anew();
    void insert_text(std::span<const IndexChanges::Insertion> insertions);

    SQLite::Database& database_;
    db::StatementCache& statements_;
};

/// The terms of the chunks of a block as text: joined with spaces, by chunk and field.
[[nodiscard]] std::vector<ChunkTerms> chunk_terms(const TermBlock& block);

}  // namespace quarry::lexical
