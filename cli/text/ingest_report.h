#pragma once

#include <string>

#include "cli/ui/output.h"
#include "core/ingest/ingest.h"

namespace quarry::cli {

/// The line that ends `ingest`: "3 added, 1 unchanged, 2 skipped (2 of unknown type: 1 gz, 1 png); 12 chunks, 34 kB
/// in 0.1 s".
[[nodiscard]] std::string ingest_summary(const ingest::IngestReport& report, bool dry_run);

/// Says what went wrong with each document, up to a screenful.
void warn_of_failures(Output& out, const ingest::IngestReport& report);

/// What a dry run would do, a document a line, on standard output.
void print_actions(Output& out, const ingest::IngestReport& report);

/// A line for the terminal: "reading 120/3400 files, 14.2 MB/s, 12 s left".
[[nodiscard]] std::string progress_line(const ingest::IngestProgress& progress, double seconds);

}  // namespace quarry::cli
