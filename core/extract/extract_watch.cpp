#include "core/extract/extract_watch.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::extract {
namespace {

Error too_much(const ExtractOptions& options, std::string cause,
               std::string hint = "split the document into smaller ones") {
    return Error(ErrorCode::failed, fmt::format("cannot read {}", printable_name(options.name)), std::move(hint))
        .because(std::move(cause));
}

}  // namespace

ExtractLimits ExtractLimits::for_source(std::uint64_t bytes, bool is_packed) const noexcept {
    // The most of what was seen in honest files: 12 times for JSON, whose paths are written out, and 30 times for
    // workbooks. What is small may repeat itself more.
    constexpr std::uint64_t free_text = 16'000'000, times_of_text = 20, times_of_packed = 100;
    ExtractLimits limits = *this;
    limits.max_text_bytes = std::min(max_text_bytes, free_text + bytes * (is_packed ? times_of_packed : times_of_text));
    return limits;
}

void ExtractWatch::look() const {
    if (options_.cancel != nullptr) options_.cancel->check();
    if (thread_processor_time() > end_) {
        throw too_much(
            options_, fmt::format("it took more than {} s of processor time", options_.limits.max_time.count() / 1000));
    }
}

void ExtractWatch::refuse_text() const {
    throw too_much(options_,
                   fmt::format("it yields more than {} of text", human_bytes(options_.limits.max_text_bytes)));
}

void ExtractWatch::refuse_depth() const {
    throw too_much(options_, fmt::format("it is nested more than {} levels deep", options_.limits.max_depth),
                   "a text format can be read as it is with --type text");
}

std::string printable_name(std::string_view name) {
    return name.empty() ? "the document" : one_line(strip_terminal_controls(name), 200);
}

}  // namespace quarry::extract
