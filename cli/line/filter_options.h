#pragma once

#include "cli/line/command.h"
#include "core/search/filter_spec.h"

namespace quarry::cli {

/// Declares --path, --kind, --type, --lang, --since, --until, --where, --tag and --heading: which documents a search
/// looks at, the same for every command that searches.
void declare_filter_options(OptionTable& options, search::FilterSpec& spec);

}  // namespace quarry::cli
