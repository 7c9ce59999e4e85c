// SqliteStore: the lexical index.

#include <fmt/format.h>

#include <vector>

#include "core/store/chunk_lengths.h"
#include "core/store/json_text.h"
#include "core/store/sqlite_store.h"
#include "core/store/text_reader.h"

namespace quarry {
namespace {

constexpr const char* select_title = "SELECT title FROM documents WHERE id = ?";
constexpr const char* select_indexed_chunks =
    "SELECT id, start_byte, end_byte, heading_path, text_id FROM chunks WHERE document_id = ? ORDER BY ordinal";
constexpr const char* select_document_ids = "SELECT id FROM documents ORDER BY id";
constexpr const char* insert_terms = "INSERT INTO chunk_terms (rowid, title, headings, body) VALUES (?, ?, ?, ?)";
// A contentless table takes an entry out when it is told what was put in.
constexpr const char* delete_terms =
    "INSERT INTO chunk_terms (chunk_terms, rowid, title, headings, body) VALUES ('delete', ?, ?, ?, ?)";
constexpr const char* delete_all_terms = "INSERT INTO chunk_terms (chunk_terms) VALUES ('delete-all')";
constexpr const char* merge_terms = "INSERT INTO chunk_terms (chunk_terms) VALUES ('optimize')";
constexpr const char* delete_chunk_rows = "DELETE FROM chunks WHERE document_id = ?";
constexpr const char* select_free_space =
    "SELECT (SELECT freelist_count FROM pragma_freelist_count), (SELECT page_count FROM pragma_page_count),"
    " (SELECT coalesce(sum(text_bytes), 0) FROM documents)";

/// Terms beyond this are not put off any longer: they take memory.
constexpr std::size_t most_waiting_terms = 16'000'000;

/// The terms of a stored chunk, from a row of `id, start_byte, end_byte, heading_path`.
ChunkTerms terms_of(Analyzer& analyzer, std::string title, const Query& row, TextReader& texts,
                    std::int64_t document_id) {
    // A chunk is a small document of its own, so that a large one need not be in memory.
    Document chunk;
    chunk.title = std::move(title);
    chunk.text = texts.read(document_id, row.count(1), row.count(2));
    ChunkSpan span;
    span.end_byte = chunk.text.size();
    span.heading_path = parse_path(row.bytes(3));
    return std::move(analyze_chunks(analyzer, chunk, {&span, 1}).front());
}

}  // namespace

void SqliteStore::delete_chunks(std::int64_t document_id, std::vector<std::int64_t>& text_ids) {
    Query title = query(select_title);
    if (!title.with(document_id).step()) return;
    TextReader texts(database_, statements_);
    Query row = query(select_indexed_chunks);
    row.with(document_id);
    while (row.step()) {
        index_changes_.remove(row.integer(0), terms_of(analyzer_, title.text(0), row, texts, document_id));
        text_ids.push_back(row.integer(4));
        if (index_changes_.kept_bytes() > most_waiting_terms) change_index();
    }
    query(delete_chunk_rows).with(document_id).run();
    vectors_changed_ = true;
}

void SqliteStore::change_index() {
    Query removal = query(delete_terms);
    Query insertion = query(insert_terms);
    std::vector<std::int64_t> changed;
    for (const IndexChanges::Change& change : index_changes_.all()) {
        std::vector<ChunkTerms> analyzed;
        if (change.terms == nullptr) analyzed = analyze_chunks(analyzer_, *change.document, {change.span, 1});
        const ChunkTerms& terms = change.terms != nullptr ? *change.terms : analyzed.front();
        if (change.removal) removed_terms_ += terms.body.size();
        (change.removal ? removal : insertion)
            .with(change.chunk_id, Borrowed{terms.title}, Borrowed{terms.headings}, Borrowed{terms.body})
            .run();
        changed.push_back(change.chunk_id);
    }
    index_changes_.clear();
    refresh_lengths(changed);
}

bool SqliteStore::index_is_stale() const {
    const std::optional<std::string> made_by = setting(setting::analyzer);
    return made_by && *made_by != Analyzer::fingerprint();
}

void SqliteStore::renew_stale_index() {
    if (index_is_stale()) {
        index_all({});
    } else {
        write_setting(setting::analyzer, Analyzer::fingerprint());
    }
}

void SqliteStore::rebuild_index(const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
    in_transaction([&] { index_all(progress); });
}

void SqliteStore::index_all(const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
    query(delete_all_terms).run();
    ChunkLengths(statements_).clear();
    std::vector<std::int64_t> indexed;
    const std::uint64_t total = chunk_count();
    std::uint64_t done = 0;
    Query ids = query(select_document_ids);
    while (ids.step()) {
        Query title = query(select_title);
        title.with(ids.integer(0)).step();
        TextReader texts(database_, statements_);
        Query row = query(select_indexed_chunks);
        row.with(ids.integer(0));
        while (row.step()) {
            const ChunkTerms terms = terms_of(analyzer_, title.text(0), row, texts, ids.integer(0));
            query(insert_terms).with(row.integer(0), terms.title, terms.headings, terms.body).run();
            indexed.push_back(row.integer(0));
            if (progress && ++done % 64 == 0) progress(done, total);
        }
    }
    refresh_lengths(indexed);
    write_setting(setting::analyzer, Analyzer::fingerprint());
}

void SqliteStore::compact() {
    // Below this it is left for new documents; above, the index is merged too, since deleted terms stay in it till
    // then, and what says that they are deleted takes as much space as they do.
    constexpr std::uint64_t few_pages = 256;
    constexpr std::uint64_t few_bytes = 1'000'000;
    guarded("write to", [&] {
        std::uint64_t free = 0;
        std::uint64_t pages = 0;
        std::uint64_t text_bytes = 0;
        {
            Query row = query(select_free_space);
            row.step();
            free = row.count(0);
            pages = row.count(1);
            text_bytes = row.count(2);
        }
        const bool much_is_free = free >= few_pages && free * 10 >= pages;
        const bool many_terms_are_gone = removed_terms_ >= few_bytes && removed_terms_ * 10 >= text_bytes;
        if (!much_is_free && !many_terms_are_gone) return;
        query(merge_terms).run();
        removed_terms_ = 0;
        database_.exec("PRAGMA incremental_vacuum");
        database_.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    });
}

void SqliteStore::purge() {
    guarded("write to", [&] {
        query(merge_terms).run();
        removed_terms_ = 0;
        statements_.clear();
        database_.exec("VACUUM");
        database_.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    });
}

}  // namespace quarry
