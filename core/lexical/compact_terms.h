#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "core/db/sqlite_api.h"
#include "core/db/sqlite_statement.h"
#include "core/lexical/index_structure.h"
#include "core/lexical/term_index.h"

namespace quarry::lexical {

/// The tables `compact_segments` and `compact_postings`: the frequent terms of the index's large segments.
///
/// FTS5 only ever appends pages to a segment, when it is what others are merged into, in steps that end between two
/// terms; and takes pages from the front of those others. So what was once made of a page stays right for as long as
/// the segment has it.
class CompactTerms {
public:
    struct Options {
        std::int64_t segment_pages = 1'000;  ///< Smaller segments are merged soon, and read quickly.
        std::int64_t further_pages = 4;      ///< Postings on fewer pages beyond their first are read from there.
    };

    /// Both are borrowed.
    CompactTerms(SQLite::Database& database, db::StatementCache& statements, const Options& options)
        : database_(database), statements_(statements), options_(options) {}
    CompactTerms(SQLite::Database& database, db::StatementCache& statements)
        : CompactTerms(database, statements, Options{}) {}

    /// Brings them up to date with the index: the last thing that a transaction does which changes it.
    void refresh();
    /// Forgets all: before the index is made from nothing.
    void clear();
    /// The segments whose rows are not what the index has, by number. Reads all of both.
    [[nodiscard]] std::vector<std::int64_t> wrong_segments() const;

private:
    /// A segment that has been gone through.
    struct Compacted {
        std::int64_t segment = 0;
        std::int64_t pages = 0;  ///< The last of them.
        std::string mark;        ///< Tells it from another segment that has got its number since.
    };

    [[nodiscard]] IndexStructure structure() const;
    [[nodiscard]] std::vector<Compacted> all_compacted() const;
    [[nodiscard]] bool is_of(const Compacted& compacted, const IndexStructure::Segment& segment) const;
    /// A hash of what a segment has on that page, and of the last term that begins up to there.
    [[nodiscard]] std::string mark_of(std::int64_t segment, std::int64_t page) const;
    void forget(std::int64_t segment);
    void add(const TermIndex& index, const IndexStructure::Segment& segment, std::int64_t from_page);
    [[nodiscard]] bool agrees(const IndexStructure::Segment& segment) const;

    SQLite::Database& database_;
    db::StatementCache& statements_;
    Options options_;
};

}  // namespace quarry::lexical
