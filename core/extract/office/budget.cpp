#include "core/extract/office/budget.h"

#include <fmt/format.h>

#include <utility>

#include "core/base/processor_time.h"
#include "core/base/text.h"

namespace quarry::extract {

ExtractBudget::ExtractBudget(std::string_view kind, const ExtractOptions& options)
    : kind_(kind), options_(options), end_(thread_processor_time() + options.limits.max_time) {
    check_now();
}

void ExtractBudget::check() {
    if ((++calls_ & 63U) == 0) check_now();
}

void ExtractBudget::check_now() const {
    if (options_.cancel != nullptr) options_.cancel->check();
    if (thread_processor_time() < end_) return;
    throw over_limit(fmt::format("it took more than {} s of processor time",
                                 std::chrono::duration_cast<std::chrono::seconds>(options_.limits.max_time).count()));
}

void ExtractBudget::add_inflated(std::uint64_t bytes) {
    check_now();
    inflated_ += bytes;
    if (inflated_ <= options_.limits.max_inflated_bytes) return;
    throw over_limit(fmt::format("it unpacks to more than {}", human_bytes(options_.limits.max_inflated_bytes)));
}

Error ExtractBudget::refusal(std::string cause, std::string hint) const {
    const std::string name = one_line(strip_terminal_controls(options_.name), 200);
    return Error(ErrorCode::failed, fmt::format("cannot read {} as {}", name.empty() ? "the document" : name, kind_),
                 std::move(hint))
        .because(std::move(cause));
}

Error ExtractBudget::over_limit(std::string cause) const {
    return refusal(std::move(cause), "the limit guards against files made to exhaust the machine; split the document");
}

}  // namespace quarry::extract
