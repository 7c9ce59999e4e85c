#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "cli/line/command.h"
#include "core/app/search_service.h"
#include "core/search/filter_spec.h"

namespace quarry::cli {

/// What was typed behind `quarry search`.
struct SearchArguments {
    std::vector<std::string> words;
    search::FilterSpec filter;
    app::SearchRequest request;  ///< Without the query, the filter, and what the fields below say.
    std::string expand = "none", format = "text", batch;
    std::size_t window = 0, threads = 0;
    bool parent = false, rerank = false, no_rerank = false;

    /// Throws Error(usage) for arguments that do not go together.
    void check(bool json) const;
    /// The request that they make. Throws Error(usage).
    [[nodiscard]] app::SearchRequest to_request() const;
};

void declare_search_options(OptionTable& options, SearchArguments& arguments);

}  // namespace quarry::cli
