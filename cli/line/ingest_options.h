#pragma once

#include <string>
#include <vector>

#include "cli/line/options.h"
#include "core/app/ingest_service.h"

namespace quarry::cli {

/// What was typed after `quarry ingest`.
struct IngestArguments {
    std::vector<std::string> paths{};  ///< With web addresses and "-".
    std::string files_from{};
    std::string name{};  ///< Of the document on standard input.
    bool null = false;   ///< NUL bytes end the entries of `files_from`.
    bool watch = false;
    app::IngestRequest request{};  ///< All that goes on as it was typed; its inputs and stream are not set.

    /// Binds the options to this, which must outlive the parse.
    void declare(OptionTable& options);
    /// Throws Error(usage) for what does not go together.
    void check() const;
    /// Whether a document is read from standard input.
    [[nodiscard]] bool from_stdin() const;

private:
    void check_git_and_watch() const;
};

}  // namespace quarry::cli
