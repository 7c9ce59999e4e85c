// SqliteStore: the lexical index.

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "core/analyze/language.h"
#include "core/lexical/chunk_lengths.h"
#include "core/lexical/compact_terms.h"
#include "core/lexical/term_index_writer.h"
#include "core/store/json_text.h"
#include "core/store/sqlite/sqlite_store.h"
#include "core/store/sqlite/text_reader.h"

namespace quarry::store {
namespace {

constexpr const char* select_title = "SELECT title, language, media_type FROM documents WHERE id = ?";
constexpr const char* update_language = "UPDATE documents SET language = ?2 WHERE id = ?1";
constexpr const char* select_indexed_chunks =
    "SELECT id, start_byte, end_byte, heading_path, text_id FROM chunks WHERE document_id = ? ORDER BY ordinal";
constexpr const char* select_languages = "SELECT id, language FROM documents ORDER BY id";
constexpr const char* select_all_document_ids = "SELECT id FROM documents ORDER BY id";
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

/// What says where a stored chunk is, from a row of `id, start_byte, end_byte, heading_path`.
document::ChunkSpan indexed_span(const db::Query& row) {
    document::ChunkSpan span;
    span.start_byte = row.count(1);
    span.end_byte = row.count(2);
    span.heading_path = parse_path(row.bytes(3));
    return span;
}

/// A stored chunk of `document` (its title and language), from a row of `id, start_byte, end_byte, heading_path`, as a
/// small document of its own, so that a large one need not be in memory.
std::pair<document::Document, document::ChunkSpan> stored_chunk(const document::Document& document,
                                                                const db::Query& row, TextReader& texts,
                                                                std::int64_t document_id) {
    document::Document chunk = document;
    chunk.text = texts.read(document_id, row.count(1), row.count(2));
    document::ChunkSpan span;
    span.end_byte = chunk.text.size();
    span.heading_path = parse_path(row.bytes(3));
    return {std::move(chunk), std::move(span)};
}

}  // namespace

void SqliteStore::delete_chunks(std::int64_t document_id, std::vector<std::int64_t>& text_ids) {
    document::Document document;
    {
        db::Query of_all = query(select_title);
        if (!of_all.with(document_id).step()) return;
        document.title = of_all.text(0);
        document.language = of_all.text(1);
    }
    const std::vector<document::Block> headings = headings_of(document_id);
    TextReader texts(database_, statements_, packing_);
    db::Query row = query(select_indexed_chunks);
    row.with(document_id);
    while (row.step()) {
        if (index_changes_.may_insert(row.integer(0))) change_index();
        inner_headings_.remove(row.integer(0),
                               inner_heading_terms(analyzer(), document.language, headings, indexed_span(row)));
        const auto [chunk, span] = stored_chunk(document, row, texts, document_id);
        index_changes_.remove(row.integer(0),
                              std::move(lexical::analyze_chunks(analyzer(), chunk, {&span, 1}).front()));
        text_ids.push_back(row.integer(4));
        if (index_changes_.kept_bytes() > most_waiting_terms) change_index();
    }
    query(delete_chunk_rows).with(document_id).run();
    vectors_changed_ = true;
}

void SqliteStore::insert_terms(std::int64_t first_chunk, const document::Document& document,
                               std::span<const document::ChunkSpan> chunks, std::span<const lexical::TermBlock> terms) {
    note_language(analyze::stemming_language(document.language));
    for (const lexical::TermBlock& block : terms) {
        index_changes_.insert(first_chunk, block);
        first_chunk += static_cast<std::int64_t>(block.lengths.size());
    }
    if (!terms.empty()) return;
    for (const document::ChunkSpan& span : chunks) {
        index_changes_.insert(first_chunk++, std::move(collector().collect(document, {&span, 1}).front()));
        if (index_changes_.kept_bytes() > most_waiting_terms) change_index();
    }
}

void SqliteStore::change_index() {
    std::vector<std::int64_t> changed;
    {
        db::Query removal = query(delete_terms);
        for (const auto& [chunk_id, terms] : index_changes_.removals()) {
            removed_terms_ += terms.body.size();
            removal.with(chunk_id, db::Borrowed{terms.title}, db::Borrowed{terms.headings}, db::Borrowed{terms.body})
                .run();
            changed.push_back(chunk_id);
        }
    }
    lexical::TermIndexWriter(database_, statements_).insert(index_changes_.insertions());
    for (const lexical::IndexChanges::Insertion& insertion : index_changes_.insertions()) {
        for (std::size_t i = 0; i < insertion.block->lengths.size(); ++i) {
            changed.push_back(insertion.first_chunk + static_cast<std::int64_t>(i));
        }
    }
    index_changes_.clear();
    refresh_lengths(changed);
    lexical::CompactTerms(database_, statements_).refresh();
    inner_headings_.write();
}

void SqliteStore::note_language(std::string_view language) {
    if (!noted_languages_) noted_languages_ = setting(setting::languages).value_or("");
    for (std::string_view rest = *noted_languages_; !rest.empty();) {
        const std::string_view noted = rest.substr(0, rest.find(' '));
        if (noted == language) return;
        rest.remove_prefix(std::min(rest.size(), noted.size() + 1));
    }
    if (!noted_languages_->empty()) *noted_languages_ += ' ';
    *noted_languages_ += language;
    write_setting(setting::languages, *noted_languages_);
}

bool SqliteStore::index_is_stale() const {
    const std::optional<std::string> made_by = setting(setting::analyzer);
    return made_by && *made_by != analyze::Analyzer::fingerprint();
}

void SqliteStore::renew_stale_index() {
    if (index_is_stale()) {
        index_all({});
    } else {
        write_setting(setting::analyzer, analyze::Analyzer::fingerprint());
    }
}

void SqliteStore::rebuild_index(const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
    in_transaction([&] { index_all(progress); });
}

void SqliteStore::index_all(const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
    query(delete_all_terms).run();
    lexical::ChunkLengths(statements_).clear();
    lexical::CompactTerms(database_, statements_).clear();
    write_setting(setting::languages, "");
    noted_languages_.reset();
    const std::uint64_t total = chunk_count();
    std::uint64_t done = 0;
    db::Query ids = query(select_all_document_ids);
    while (ids.step()) {
        const document::Document document = indexed_document(ids.integer(0));
        note_language(analyze::stemming_language(document.language));
        TextReader texts(database_, statements_, packing_);
        db::Query row = query(select_indexed_chunks);
        row.with(ids.integer(0));
        while (row.step()) {
            const auto [chunk, span] = stored_chunk(document, row, texts, ids.integer(0));
            index_changes_.insert(row.integer(0), std::move(collector().collect(chunk, {&span, 1}).front()));
            if (index_changes_.kept_bytes() > most_waiting_terms) change_index();
            if (progress && ++done % 64 == 0) progress(done, total);
        }
    }
    change_index();
    fill_inner_headings({});
    write_setting(setting::analyzer, analyze::Analyzer::fingerprint());
}

void SqliteStore::fill_inner_headings(const UpgradeProgress& progress) {
    constexpr std::uint64_t documents_between_looks = 256;
    inner_headings_.clear();
    const std::uint64_t total = progress ? document_count() : 0;
    std::uint64_t done = 0;
    db::Query document = query(select_languages);
    while (document.step()) {
        if (done++ % documents_between_looks == 0) {
            if (progress) progress(done - 1, total);
            inner_headings_.write();
        }
        const std::vector<document::Block> headings = headings_of(document.integer(0));
        if (headings.empty()) continue;
        db::Query row = query(select_indexed_chunks);
        row.with(document.integer(0));
        while (row.step()) {
            inner_headings_.insert(row.integer(0),
                                   inner_heading_terms(analyzer(), document.bytes(1), headings, indexed_span(row)));
        }
    }
    inner_headings_.write();
    inner_headings_.mark_complete();
}

document::Document SqliteStore::indexed_document(std::int64_t document_id) {
    document::Document document;
    {
        db::Query row = query(select_title);
        row.with(document_id).step();
        document.title = row.text(0);
        document.language = row.text(1);
        document.media_type = row.text(2);
    }
    if (!document.language.empty()) return document;
    // Bases once knew the language of those documents alone that say it themselves.
    TextReader(database_, statements_, packing_).for_each_part(document_id, [&](std::string_view part) {
        document.text += part;
        return document.text.size() < analyze::language_sample_bytes;
    });
    document.language = analyze::document_language(document, analyze::automatic_language);
    document.text.clear();
    if (!document.language.empty()) query(update_language).with(document_id, document.language).run();
    return document;
}

void SqliteStore::merge_index() {
    in_transaction([&] {
        query(merge_terms).run();
        lexical::CompactTerms(database_, statements_).refresh();
        inner_headings_.merge();
    });
    removed_terms_ = 0;
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
            db::Query row = query(select_free_space);
            row.step();
            free = row.count(0);
            pages = row.count(1);
            text_bytes = row.count(2);
        }
        const bool much_is_free = free >= few_pages && free * 10 >= pages;
        const bool many_terms_are_gone = removed_terms_ >= few_bytes && removed_terms_ * 10 >= text_bytes;
        if (!much_is_free && !many_terms_are_gone) return;
        merge_index();
        database_.exec("PRAGMA incremental_vacuum");
        database_.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    });
}

void SqliteStore::purge() {
    // A dictionary has pieces of texts, and what they were taken from may have been removed since.
    forget_dictionaries();
    pack_texts();
    guarded("write to", [&] {
        merge_index();
        statements_.clear();
        database_.exec("VACUUM");
        database_.exec("PRAGMA wal_checkpoint(TRUNCATE)");
    });
}

}  // namespace quarry::store
