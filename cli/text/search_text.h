#pragma once

#include <nlohmann/json_fwd.hpp>

#include <string>
#include <string_view>

#include "core/search/search.h"

namespace quarry::cli {

class Output;

/// How `search` shows a hit, 1-based `rank`: title and headings, place, score, and a snippet with the matches in bold.
/// With `explain`, the parts of the score and their weights in lines below.
void print_hit(Output& out, const search::SearchHit& hit, std::size_t rank, const search::SearchResult& result,
               const search::SearchOptions& options, bool explain);

/// A hit as editors and `grep -n` have it: FILE:LINE:COLUMN: the line where the first match is. Columns are bytes,
/// from 1.
void print_editor_line(Output& out, const search::SearchHit& hit, const search::SearchResult& result);

/// A hit as in `search --json` and `--format ndjson` (docs/search.md).
[[nodiscard]] nlohmann::ordered_json hit_json(const search::SearchHit& hit, std::size_t rank,
                                              const search::SearchResult& result, const search::SearchOptions& options);

/// The document of `search --json`, schema quarry.search/1.
[[nodiscard]] nlohmann::ordered_json search_json(std::string_view query, const search::SearchResult& result,
                                                 const search::SearchOptions& options);

}  // namespace quarry::cli
