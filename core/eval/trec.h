#pragma once

#include <filesystem>
#include <iosfwd>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "core/eval/metrics.h"

namespace quarry::eval {

/// A document of a ranking.
struct RankedDocument {
    std::string id;
    double score = 0;
};

/// Reads judgements: trec_eval's qrels (query, 0, document, grade between blanks), or BEIR's (query-id, corpus-id,
/// score between tabs, with a header line). Throws Error(failed) with file and line for anything else, and for a pair
/// that is judged twice, differently.
[[nodiscard]] Qrels read_qrels(const std::filesystem::path& file);

/// What a system ranked, by query.
using Run = std::map<std::string, std::vector<std::string>, std::less<>>;

/// Reads a run file: query, Q0, document, rank, score, name between blanks. As trec_eval does, the ranks in it are
/// ignored: documents are ordered by score (a 32-bit float), equal ones by descending id. Throws Error(failed) with
/// file and line for a line that is no such thing, and for a document that a query has twice.
[[nodiscard]] Run read_run(const std::filesystem::path& file);

/// Writes one query's ranking, best first, as lines that trec_eval reads back in the same order: a score that would
/// not be below the one before, as 32-bit floats, is put just below it. Blanks in ids become "_".
void write_run(std::ostream& out, std::string_view query, std::span<const RankedDocument> ranking,
               std::string_view name);

}  // namespace quarry::eval
