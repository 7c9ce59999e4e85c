#pragma once

#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <vector>

#include "core/app/services.h"
#include "core/ingest/embedding.h"
#include "core/ingest/ingest.h"

namespace quarry::app {

/// What is to be read into the base, and how. What is not said here is as the settings say.
struct IngestRequest {
    ingest::IngestInputs inputs{};          ///< Read unless `document` or `json_lines` is given.
    std::optional<std::string> document{};  ///< The name of the one document that `stream` is.
    std::string json_lines{};               ///< A file with a document in each line; "-" is `stream`.
    std::istream* stream = nullptr;         ///< Borrowed; needed for `document` and for "-".
    bool stream_is_terminal = false;        ///< A note says how to end the input then.
    std::string collection{};               ///< As in ingest::IngestOptions.
    std::string type{};                     ///< Of all documents; empty: by file name.
    std::vector<std::string> include{};     ///< As in ingest::IngestOptions, as are those below.
    std::vector<std::string> exclude{};
    bool hidden = false;
    bool git = false;
    std::string since{};
    bool prune = false;
    bool allow_private = false;        ///< Also when ingest.allow_private is false.
    std::string redact{};              ///< Kinds, as ingest.redact; empty: as that says.
    bool dry_run = false;              ///< Change nothing, and say what would be done and what it costs.
    std::optional<double> max_cost{};  ///< Most that embedding may cost.
};

/// What was done.
struct IngestOutcome {
    ingest::IngestReport documents;
    ingest::EmbeddingReport vectors;  ///< Of a dry run: as if nothing was done.
};

/// Where a run tells how far it is. Called on the thread that called the service; each may be empty.
struct IngestEvents {
    std::function<void(const ingest::IngestProgress&)> progress{};
    /// The documents are in, or of a dry run are planned; their vectors come next. What they cost is in notices.
    std::function<void(const ingest::IngestReport&)> documents{};
    /// A round of `watch` that changed something is complete.
    std::function<void(const IngestOutcome&)> round{};
};

/// Brings documents into the base: the documents themselves, then the vectors that are missing (the built-in table
/// is fitted first), then the vector index. One thread at a time.
class IngestService {
public:
    explicit IngestService(Services& services) : services_(services) {}

    /// Makes the base where there is none, unless none of the paths exists. What goes wrong with one document is in
    /// the report. When the vectors fail, the documents are in, and `events.documents` was called.
    ///
    /// Throws Error: usage for options and settings that cannot work; budget_exceeded; what opening a base and
    /// `update_vectors` throw; interrupted.
    [[nodiscard]] IngestOutcome run(const IngestRequest& request, const IngestEvents& events);

    /// Does the same again whenever a file changes, deletions too, until it is cancelled. What another process or a
    /// server is in the way of is a warning after the first round, and tried again with the next change. Only for
    /// `inputs` that are paths.
    void watch(const IngestRequest& request, const IngestEvents& events);

private:
    Services& services_;
};

}  // namespace quarry::app
