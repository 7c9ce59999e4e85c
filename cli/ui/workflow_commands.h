#pragma once

#include <cstddef>
#include <string_view>

#include "core/base/text_filter.h"

namespace quarry::cli {

/// Text for the log of GitHub Actions, where a line that begins with "::" or has "##[" in it is a command to the runner
/// (docs.github.com, "Workflow commands for GitHub Actions"): what a document, a model or a table's name says must not
/// be one. A space is put into it: ": :error::…", "## [error]".
class WorkflowCommands final : public TextFilter {
public:
    using TextFilter::TextFilter;

private:
    void pass(std::string_view text) override;

    bool begins_ = true;      ///< Nothing but white space, or what may be, was in this line yet.
    bool colon_ = false;      ///< And then one colon.
    std::size_t hashes_ = 0;  ///< How many "#" were last.
};

}  // namespace quarry::cli
