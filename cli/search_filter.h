#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/line/command.h"
#include "core/store/chunk_filter.h"

namespace quarry::cli {

/// The options that say which documents a search looks at; the same for every command that searches.
class SearchFilterOptions {
public:
    void declare(OptionTable& options);
    /// Throws Error(usage) for a date or a test that is none.
    [[nodiscard]] store::ChunkFilter filter() const;

private:
    std::vector<std::string> paths_, kinds_, types_, languages_, tests_, tags_, headings_;
    std::optional<std::string> since_, until_;
};

}  // namespace quarry::cli
