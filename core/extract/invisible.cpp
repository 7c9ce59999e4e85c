#include "core/extract/invisible.h"

#include <algorithm>

namespace quarry::extract {

void count_removed(RemovedCounts& removed, std::string_view kind, std::uint64_t count) {
    if (count == 0) return;
    const auto known =
        std::find_if(removed.begin(), removed.end(), [&](const auto& entry) { return entry.first == kind; });
    if (known != removed.end()) {
        known->second += count;
    } else {
        removed.emplace_back(kind, count);
    }
}

std::string remove_invisible(std::string text, RemovedCounts& removed) {
    const std::vector<InvisibleSpan> spans = find_invisible(text);
    if (spans.empty()) return text;
    for (const InvisibleSpan& span : spans) count_removed(removed, span.kind);
    return without_invisible(text);
}

}  // namespace quarry::extract
