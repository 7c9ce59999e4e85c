#include "core/lexical/bm25.h"

#include <algorithm>
#include <cmath>

namespace quarry::lexical {

Bm25::Bm25(const Bm25Options& options, std::uint64_t chunks,
           const std::array<std::uint64_t, term_fields>& total_lengths)
    : k1_(options.k1), b_(options.b), weights_(options.field_weights), chunks_(chunks), average_length_(0) {
    for (std::size_t field = 0; field < term_fields; ++field) {
        average_length_ += weights_[field] * static_cast<double>(total_lengths[field]);
    }
    if (chunks > 0) average_length_ /= static_cast<double>(chunks);
    const bool has_lengths = average_length_ > 0;  // else all count as of average length
    fixed_norm_ = k1_ * (has_lengths ? 1 - b_ : 1);
    norm_each_ = has_lengths ? k1_ * b_ / average_length_ : 0;
}

double Bm25::idf(std::uint64_t chunks_with_it) const {
    // A damaged index may count more chunks with a term than there are.
    const auto with = static_cast<double>(std::min(chunks_with_it, chunks_));
    return std::log(1 + (static_cast<double>(chunks_) - with + 0.5) / (with + 0.5));
}

}  // namespace quarry::lexical
