#include "core/lexical/merged_postings.h"

#include <algorithm>
#include <utility>

namespace quarry::lexical {

MergedPostings::MergedPostings(std::vector<TermPostings> terms) : terms_(std::move(terms)) {
    for (const TermPostings& term : terms_) {
        term.for_each_stored(
            [this](std::int64_t chunk_id, const auto& count) {
                stored_.push_back({chunk_id, count()});
            },
            0, 1);
        term.for_each_group(
            [this](const CompactPostings::Group& group, const SupersededChunks& superseded) {
                parts_.push_back({group, superseded});
            },
            0, 1);
    }
    std::sort(stored_.begin(), stored_.end(),
              [](const Counted& left, const Counted& right) { return left.chunk_id < right.chunk_id; });
    std::sort(parts_.begin(), parts_.end(),
              [](const Part& left, const Part& right) { return left.group.block() < right.group.block(); });
    for_each([this](std::int64_t, const FieldCounts&) { ++count_; });
}

}  // namespace quarry::lexical
