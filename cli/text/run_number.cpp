// Runs by what is typed for them.
#include "cli/text/run_number.h"

#include <fmt/format.h>

#include <charconv>

#include "core/base/error.h"

namespace quarry::cli {

store::StoredRun find_run(const store::TraceLog& log, const std::string& typed) {
    std::optional<store::StoredRun> run;
    if (typed == "last") {
        run = log.last();
    } else {
        std::int64_t number = 0;
        const auto [end, failure] = std::from_chars(typed.data(), typed.data() + typed.size(), number);
        if (failure != std::errc() || end != typed.data() + typed.size()) {
            throw Error(ErrorCode::usage, fmt::format("{} is no run", typed),
                        "give a number that quarry trace ls prints, or last");
        }
        run = log.find(number);
    }
    if (!run) {
        throw Error(ErrorCode::nothing_found,
                    typed == "last" ? "there are no runs" : fmt::format("there is no run {}", typed),
                    "quarry trace ls lists those that are kept");
    }
    return std::move(*run);
}

}  // namespace quarry::cli
