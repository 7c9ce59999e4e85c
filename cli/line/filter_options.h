#pragma once

#include <string>
#include <vector>

#include "cli/line/command.h"
#include "core/search/filter_spec.h"

namespace quarry::cli {

/// Declares --collection: names, or lists of names with commas between, for `search::collection_list`.
void declare_collection_option(OptionTable& options, std::vector<std::string>& lists);

/// Declares --collection, --path, --kind, --type, --lang, --since, --until, --where, --tag and --heading: which
/// documents a search looks at, the same for every command that searches.
void declare_filter_options(OptionTable& options, search::FilterSpec& spec);

}  // namespace quarry::cli
