#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <istream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/cancel.h"
#include "core/base/error.h"
#include "core/chunk/chunker.h"
#include "core/extract/command_extractor.h"
#include "core/extract/converter.h"
#include "core/http/fetch.h"
#include "core/store/store.h"

namespace quarry::ingest {

/// What SQLite can hold in one value, less room for the rest of the row.
inline constexpr std::uint64_t max_document_bytes = 999'000'000;

struct IngestProgress {
    std::string_view doing;             ///< "reading", "chunking anew", "indexing anew".
    std::uint64_t done = 0, total = 0;  ///< Documents; total is 0 while it is not known.
    std::uint64_t bytes_done = 0, bytes_total = 0;
};

/// What a run reads.
struct IngestInputs {
    std::vector<std::filesystem::path> paths;   ///< Files, folders, and globs such as "docs/**/*.md".
    std::vector<std::filesystem::path> listed;  ///< From a list: treated as if found in a folder, not as if named.
    std::vector<std::string> urls;              ///< http and https.
};

struct IngestOptions {
    chunk::ChunkOptions chunking;
    extract::ExtractorSet extractors;  ///< Of files and streams: the built-in ones, and the user's commands.
    extract::ConverterProgram converter;  ///< Of what reads formats in processes of their own.
    std::uint64_t max_file_bytes = 100'000'000;
    /// Of a file whose format is converted (Extractor::is_converted), which takes about four times as much memory.
    std::uint64_t max_converted_bytes = 40'000'000;
    std::string recognize;             ///< Languages of pages that are images (ExtractOptions::recognize), or empty.
    std::size_t threads = 0;           ///< 0: as many as the machine has cores.
    std::vector<std::string> include;  ///< Of folders, only files that match one of these (Selection); empty: all.
    std::vector<std::string> exclude;  ///< Nor those that match one of these.
    bool hidden = false;               ///< Names that begin with a dot too.
    bool git = false;                  ///< Of folders, only what git tracks.
    std::string since;     ///< And only what changed since this revision; what was deleted since is removed.
    bool prune = false;    ///< Remove files below the given folders that are no longer found there.
    bool dry_run = false;  ///< Change nothing; `IngestReport::actions` says what would be done.
    /// Kinds of secrets and personal data to take out (Redactor); none when empty. Not set: as the base was made.
    std::optional<std::vector<std::string>> redact;
    std::string language = "auto";  ///< Of all documents, ISO 639-1; or "auto" (see document_language).
    /// Where the sources go: "" leaves those that are known where they are, and puts new ones into `main`. With a name,
    /// nothing is removed from other collections.
    std::string collection;
    std::optional<std::vector<std::string>> writable;  ///< Sources in no other collections are changed; not set: any.
    std::string type;               ///< An extractor's name or media type for all; empty: by file name.
    http::FetchOptions fetch;       ///< How web addresses are asked for.
    std::function<void(const IngestProgress&)> progress;
};

enum class IngestAction { add, update, unchanged, move, remove, skip, fail };
/// The stable name of an action: "add".
[[nodiscard]] const char* ingest_action_name(IngestAction action) noexcept;

struct IngestReport {
    struct Failure {
        std::string uri;
        std::string reason;
        std::string hint;
        bool as_before = false;  ///< Found in a folder, unchanged since it failed for this reason.
    };
    struct Warning {
        std::string uri;
        document::Warning::Kind kind;
        std::string reason;
    };
    struct Planned {
        IngestAction action;
        std::string uri;
        std::uint64_t chunks = 0;
        std::string reason;  ///< Why it is skipped or would fail.
    };

    std::uint64_t added = 0, updated = 0, unchanged = 0, moved = 0, removed = 0;
    std::map<std::string, std::uint64_t> skipped;             ///< By reason ("unknown_type").
    std::map<std::string, std::uint64_t> skipped_extensions;  ///< Of unknown types: by ending, "" for none.
    std::vector<Failure> failed;
    /// Whether anything failed that did not fail before.
    [[nodiscard]] bool has_new_failures() const { return !std::ranges::all_of(failed, &Failure::as_before); }
    std::vector<Warning> warnings;  ///< Of documents that were added or updated, whose text falls short.
    std::uint64_t chunks = 0;  ///< Of the documents that were added or updated; of documents alike, once.
    std::uint64_t tokens = 0;  ///< Of those chunks.
    std::map<std::string, std::uint64_t> taken_out;  ///< Of their text on the way in, by kind ("zero-width character").
    std::uint64_t bytes = 0;                         ///< Read.
    std::uint64_t redacted = 0;   ///< Documents in the base that were changed, because what is redacted changed.
    std::uint64_t rechunked = 0;  ///< Documents that were cut anew, because the chunking options changed.
    bool reindexed = false;       ///< The lexical index was made anew, because the analysis changed.
    double seconds = 0;
    std::vector<Planned> actions;  ///< Of a dry run; unchanged ones are left out.
};

/// Reads files, folders and web pages into the base, incrementally: a file whose size and time are as they were costs
/// one `stat`, one whose content is as it was is read and no more, and a page that is as it was is not sent again.
///
/// A file that is gone while its content has come in from elsewhere has moved: what was known of it stays, under the
/// new name. Other files that are gone are removed with `prune` only. Files that `include` and `exclude` leave out are
/// neither read nor removed.
///
/// What goes wrong with one document is in the report, the others go in; the failed one is recorded and tried again
/// the next time. Documents are extracted, cut and analysed on worker threads and stored in order, in transactions
/// of many: an interrupted or killed run leaves what was committed, and the next does what is missing. The result does
/// not depend on the number of threads. Memory is bounded by the largest documents.
///
/// With options that cut differently than those the base was made with, every document in it is cut anew first.
/// `store` may be null in a dry run, for a base that does not exist. Throws Error(interrupted), and what the store
/// throws.
[[nodiscard]] IngestReport ingest(store::Store* store, const IngestInputs& inputs, const IngestOptions& options,
                                  const Cancellation& cancellation);

/// Reads one document from a stream under a name of its own. Its type is `options.type`, or goes by the name, or is
/// text.
[[nodiscard]] IngestReport ingest_stream(store::Store* store, std::istream& stream, std::string_view name,
                                         const IngestOptions& options, const Cancellation& cancellation);

/// Reads documents from lines of JSON, one object each: {"id": "...", "title": "...", "text": "...", "metadata": {}}.
/// `id` and `text` are required; `id` may be an integer. The text is plain text, or what `options.type` says.
/// A line that is no such object is reported with its number. Blank lines are passed over.
[[nodiscard]] IngestReport ingest_jsonl(store::Store* store, std::istream& stream, std::string_view stream_name,
                                        const IngestOptions& options, const Cancellation& cancellation);

}  // namespace quarry::ingest
