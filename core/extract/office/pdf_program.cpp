#include "core/extract/office/pdf_program.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdint>

namespace quarry::extract {

SubprocessResult run_pdf_program(const std::vector<std::string>& arguments, std::string_view input,
                                 SubprocessOptions limits, const ExtractBudget& budget, const MissingProgram& missing,
                                 const SubprocessSink& sink) {
    constexpr std::uint64_t address_space = 4'000'000'000;
    limits.address_space_bytes = address_space;
    limits.sandboxed = true;
    SubprocessResult result = run_subprocess(arguments, input, limits, budget.options().cancel, sink);
    if (result.ending == SubprocessResult::Ending::not_started && result.status == ENOENT) {
        throw budget.refusal(fmt::format("{}the program {} is not installed", missing.before, arguments.front()),
                             std::string(missing.hint));
    }
    return result;
}

}  // namespace quarry::extract
