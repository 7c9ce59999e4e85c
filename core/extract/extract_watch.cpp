#include "core/extract/extract_watch.h"

#include <fmt/format.h>

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

void ExtractWatch::look() const {
    if (options_.cancel != nullptr) options_.cancel->check();
    if (std::chrono::steady_clock::now() > deadline_) {
        throw too_much(options_, fmt::format("it took longer than {} s", options_.limits.max_time.count() / 1000));
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
