#pragma once

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

}  // namespace quarry::cli
