#include "core/store/sqlite/inner_headings.h"

#include <algorithm>
#include <utility>

#include "core/analyze/analyzer.h"
#include "core/analyze/language.h"
#include "core/lexical/match_expression.h"

namespace quarry::store {
namespace {

/// The setting of that name once the table is complete. Another one for each change of what the table has.
constexpr const char* heading_rules = "1";
/// Between the terms of two headings: U+E000, which no heading's terms are.
constexpr std::string_view between_headings = " \xEE\x80\x80 ";

constexpr const char* select_heading_rules = "SELECT value FROM settings WHERE name = 'inner_headings'";
constexpr const char* upsert_heading_rules =
    "INSERT INTO settings (name, value) VALUES ('inner_headings', ?) ON CONFLICT (name) DO UPDATE SET value ="
    " excluded.value";
constexpr const char* insert_headings = "INSERT INTO inner_headings (rowid, headings) VALUES (?, ?)";
// A contentless table takes an entry out when it is told what was put in.
constexpr const char* delete_headings =
    "INSERT INTO inner_headings (inner_headings, rowid, headings) VALUES ('delete', ?, ?)";
constexpr const char* delete_all_headings = "INSERT INTO inner_headings (inner_headings) VALUES ('delete-all')";
constexpr const char* merge_headings = "INSERT INTO inner_headings (inner_headings) VALUES ('optimize')";
constexpr const char* select_with_heading = "SELECT rowid FROM inner_headings WHERE inner_headings MATCH ?";

}  // namespace

std::string inner_heading_terms(analyze::Analyzer& analyzer, std::string_view language,
                                std::span<const document::Block> headings, const document::ChunkSpan& chunk) {
    std::string all;
    auto heading = std::ranges::lower_bound(headings, chunk.start_byte, {}, &document::Block::start);
    for (; heading != headings.end() && heading->start < chunk.end_byte; ++heading) {
        if (std::ranges::find(chunk.heading_path, heading->label) != chunk.heading_path.end()) continue;
        analyzer.use(analyze::stemming_language(language));
        const std::string terms = analyzer.analyzed(heading->label);
        if (!all.empty() && !terms.empty()) all += between_headings;
        all += terms;
    }
    return all;
}

bool InnerHeadings::complete() const {
    db::Query row = statements_.query(select_heading_rules);
    return row.step() && row.bytes(0) == heading_rules;
}

void InnerHeadings::mark_complete() {
    statements_.query(upsert_heading_rules).with(std::string_view(heading_rules)).run();
}

void InnerHeadings::clear() {
    forget();
    statements_.query(delete_all_headings).run();
}

void InnerHeadings::insert(std::int64_t chunk_id, std::string terms) {
    if (!terms.empty()) insertions_.emplace_back(chunk_id, std::move(terms));
}

void InnerHeadings::remove(std::int64_t chunk_id, std::string terms) {
    if (!terms.empty()) removals_.emplace_back(chunk_id, std::move(terms));
}

void InnerHeadings::write() {
    for (const auto& [id, terms] : removals_) statements_.query(delete_headings).with(id, terms).run();
    // FTS5 keeps entries in memory as long as their ids ascend.
    std::ranges::sort(insertions_, {}, &Change::first);
    for (const auto& [id, terms] : insertions_) statements_.query(insert_headings).with(id, terms).run();
    forget();
}

void InnerHeadings::forget() {
    removals_.clear();
    insertions_.clear();
}

void InnerHeadings::merge() { statements_.query(merge_headings).run(); }

IdSet InnerHeadings::chunks(const lexical::TermCondition& condition) const {
    IdSet found;
    const std::string expression = lexical::match_one({&condition, 1});
    if (expression.empty()) return found;
    db::Query row = statements_.query(select_with_heading);
    row.with(expression);
    while (row.step()) found.insert(row.integer(0));
    return found;
}

}  // namespace quarry::store
