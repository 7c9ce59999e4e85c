#pragma once

#include <string>
#include <string_view>

#include "core/extract/extractor.h"
#include "core/extract/text_builder.h"

namespace quarry::extract {

/// Comma-, semicolon-, tab- or pipe-separated values as one table; its first row is the header. The separator is the
/// one that gives the most even rows; columns in which no row has anything are left out. Cells in quotes may hold
/// separators, line ends and doubled quotes.
[[nodiscard]] document::Document extract_csv(std::string bytes, const ExtractOptions& options);

/// Tab-separated values: a table, with tabs whatever the rows look like.
[[nodiscard]] document::Document extract_tsv(std::string bytes, const ExtractOptions& options);

/// Writes comma-separated values as a table.
void write_csv_table(std::string_view text, TextBuilder& builder);

}  // namespace quarry::extract
