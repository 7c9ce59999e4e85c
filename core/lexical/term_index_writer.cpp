#include "core/lexical/term_index_writer.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "core/db/sqlite_api.h"
#include "core/base/error.h"
#include "core/lexical/fts5_format.h"
#include "core/lexical/index_structure.h"
#include "core/lexical/segment_terms.h"
#include "core/lexical/segment_writer.h"

namespace quarry::lexical {
namespace {

constexpr const char* select_index_format = "SELECT v FROM chunk_terms_config WHERE k = 'version'";
constexpr const char* select_page_size = "SELECT v FROM chunk_terms_config WHERE k = 'pgsz'";
constexpr const char* select_index_record = "SELECT block FROM chunk_terms_data WHERE id = ?";
constexpr const char* replace_page = "REPLACE INTO chunk_terms_data (id, block) VALUES (?, ?)";
constexpr const char* insert_page_term = "INSERT INTO chunk_terms_idx (segid, term, pgno) VALUES (?, ?, ?)";
constexpr const char* insert_lengths = "INSERT INTO chunk_terms_docsize (id, sz) VALUES (?, ?)";
constexpr const char* merge_some = "INSERT INTO chunk_terms (chunk_terms, rank) VALUES ('merge', ?)";
constexpr const char* insert_text_terms = "INSERT INTO chunk_terms (rowid, title, headings, body) VALUES (?, ?, ?, ?)";

constexpr std::size_t default_page_size = 4050;

/// Lets this connection write to FTS5's own tables, which it is protected from as long as this does not live.
class ShadowTableAccess {
public:
    explicit ShadowTableAccess(SQLite::Database& database) : database_(database) {
        sqlite3_db_config(database_.getHandle(), SQLITE_DBCONFIG_DEFENSIVE, -1, &before_);
        sqlite3_db_config(database_.getHandle(), SQLITE_DBCONFIG_DEFENSIVE, 0, nullptr);
    }
    ~ShadowTableAccess() { sqlite3_db_config(database_.getHandle(), SQLITE_DBCONFIG_DEFENSIVE, before_, nullptr); }
    ShadowTableAccess(const ShadowTableAccess&) = delete;
    ShadowTableAccess& operator=(const ShadowTableAccess&) = delete;

private:
    SQLite::Database& database_;
    int before_ = 1;
};

/// The tables that a segment is in.
class SegmentTables final : public SegmentRows {
public:
    SegmentTables(db::StatementCache& statements, std::int64_t segment)
        : segment_(segment), page_(statements.query(replace_page)), term_(statements.query(insert_page_term)) {}

    void put_page(std::int64_t row, const std::string& page) override {
        page_.with(row, db::Blob{page.data(), page.size()}).run();
    }
    void put_term(std::string_view term, std::int64_t page_and_flag) override {
        term_.with(segment_, db::Blob{term.data(), term.size()}, page_and_flag).run();
    }

private:
    std::int64_t segment_;
    db::Query page_;
    db::Query term_;
};

}  // namespace

void TermIndexWriter::insert(std::span<const IndexChanges::Insertion> insertions) {
    if (insertions.empty()) return;
    std::vector<IndexChanges::Insertion> sorted(insertions.begin(), insertions.end());
    std::sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) { return a.first_chunk < b.first_chunk; });
    // What FTS5 still has in memory of this transaction it writes before a savepoint.
    database_.exec("SAVEPOINT before_segment; RELEASE before_segment");
    if (is_known_format()) {
        insert_segment(sorted);
    } else {
        insert_text(sorted);
    }
}

bool TermIndexWriter::is_known_format() const {
    db::Query format = statements_.query(select_index_format);
    if (!format.step() || format.integer(0) != fts5::known_format) return false;
    try {
        return IndexStructure::parse(record(fts5::structure_record)).unused_id() != 0;
    } catch (const DamagedTermIndex&) {
        return false;
    }
}

void TermIndexWriter::insert_segment(std::span<const IndexChanges::Insertion> insertions) {
    const ShadowTableAccess access(database_);
    std::size_t page_size = default_page_size;
    {
        db::Query row = statements_.query(select_page_size);
        if (row.step()) page_size = row.count(0);
    }
    IndexStructure structure = IndexStructure::parse(record(fts5::structure_record));
    const std::int64_t segment = structure.unused_id();
    SegmentTerms terms;
    for (const IndexChanges::Insertion& insertion : insertions) terms.add(*insertion.block, insertion.first_chunk);
    std::int64_t pages = 0;
    {
        SegmentTables tables(statements_, segment);
        SegmentWriter writer(tables, segment, page_size);
        terms.write(writer);
        pages = writer.finish();
    }
    write_lengths(insertions);
    if (pages > 0) {
        structure.add_segment(segment, pages);
        put_record(fts5::structure_record, structure.record());
    }
    make_fts5_read_anew();
    if (pages == 0) return;
    if (const std::int64_t to_merge = structure.pages_to_merge(pages); to_merge > 0) {
        statements_.query(merge_some).with(to_merge).run();
    }
}

void TermIndexWriter::write_lengths(std::span<const IndexChanges::Insertion> insertions) {
    std::uint64_t chunks = 0;
    std::array<std::uint64_t, term_fields> totals{};
    if (const std::string before = record(fts5::totals_record); !before.empty()) {
        RecordReader reader(before);
        chunks = reader.next();
        for (std::uint64_t& total : totals) total = reader.ended() ? 0 : reader.next();
    }
    db::Query row = statements_.query(insert_lengths);
    std::string sizes;
    for (const IndexChanges::Insertion& insertion : insertions) {
        std::int64_t id = insertion.first_chunk;
        for (const FieldCounts& lengths : insertion.block->lengths) {
            sizes.clear();
            for (std::size_t field = 0; field < term_fields; ++field) {
                fts5::append_varint(sizes, lengths[field]);
                totals[field] += lengths[field];
            }
            row.with(id++, db::Blob{sizes.data(), sizes.size()}).run();
            ++chunks;
        }
    }
    std::string after;
    fts5::append_varint(after, chunks);
    for (const std::uint64_t total : totals) fts5::append_varint(after, total);
    put_record(fts5::totals_record, after);
}

std::string TermIndexWriter::record(std::int64_t row) const {
    db::Query stored = statements_.query(select_index_record);
    if (!stored.with(row).step()) return {};
    return std::string(stored.bytes(0));
}

void TermIndexWriter::put_record(std::int64_t row, const std::string& record) {
    statements_.query(replace_page).with(row, db::Blob{record.data(), record.size()}).run();
}

void TermIndexWriter::make_fts5_read_anew() {
    database_.exec("SAVEPOINT after_segment");
    // Merges nothing, but takes FTS5 into the savepoint, so that it is told of the rolling back.
    statements_.query(merge_some).with(0).run();
    database_.exec("ROLLBACK TO after_segment; RELEASE after_segment");
}

void TermIndexWriter::insert_text(std::span<const IndexChanges::Insertion> insertions) {
    db::Query row = statements_.query(insert_text_terms);
    for (const IndexChanges::Insertion& insertion : insertions) {
        std::int64_t id = insertion.first_chunk;
        for (const ChunkTerms& terms : chunk_terms(*insertion.block)) {
            row.with(id++, db::Borrowed{terms.title}, db::Borrowed{terms.headings}, db::Borrowed{terms.body}).run();
        }
    }
}

std::vector<ChunkTerms> chunk_terms(const TermBlock& block) {
    std::vector<std::array<std::vector<std::string_view>, term_fields>> placed(block.lengths.size());
    for (std::size_t chunk = 0; chunk < placed.size(); ++chunk) {
        for (std::size_t field = 0; field < term_fields; ++field) {
            placed[chunk][field].resize(block.lengths[chunk][field]);
        }
    }
    block.for_each([&](const TermBlock::Entry& entry) {
        const char* const bytes = entry.postings.data();
        std::uint64_t chunk = entry.first;
        for (std::size_t at = 0; at < entry.postings.size();) {
            if (at > 0) chunk += fts5::read_varint(bytes, at);
            const std::size_t size = fts5::read_varint(bytes, at) / 2;
            const std::size_t end = at + size;
            std::size_t field = 0;
            std::uint64_t place = 0;
            while (at < end) {
                const std::uint64_t value = fts5::read_varint(bytes, at);
                if (value == static_cast<unsigned char>(fts5::column_mark)) {
                    field = fts5::read_varint(bytes, at);
                    place = 0;
                } else {
                    place += value - 2;
                    placed[chunk][field][place] = entry.term;
                }
            }
        }
    });
    std::vector<ChunkTerms> terms;
    for (const auto& fields : placed) {
        std::array<std::string, term_fields> texts;
        for (std::size_t field = 0; field < term_fields; ++field) {
            for (const std::string_view term : fields[field]) {
                if (!texts[field].empty()) texts[field] += ' ';
                texts[field] += term;
            }
        }
        terms.push_back({std::move(texts[0]), std::move(texts[1]), std::move(texts[2])});
    }
    return terms;
}

}  // namespace quarry::lexical
