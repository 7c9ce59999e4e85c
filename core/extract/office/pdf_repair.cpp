#include "core/extract/office/pdf_repair.h"

#include <algorithm>
#include <filesystem>
#include <utility>
#include <vector>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/subprocess.h"
#include "core/base/text.h"
#include "core/extract/office/office_extractors.h"

namespace quarry::extract {
namespace {

namespace fs = std::filesystem;

SubprocessOptions repair_limits(const ExtractBudget& budget) {
    constexpr std::chrono::milliseconds longest{60'000};
    constexpr std::uint64_t address_space = 4'000'000'000;
    const ExtractLimits& limits = budget.limits();
    return {.max_time = std::min(limits.max_time, longest),
            .max_output_bytes = limits.max_inflated_bytes,
            .address_space_bytes = address_space,
            .max_file_bytes = limits.max_inflated_bytes,
            .sandboxed = true};
}

std::optional<std::string> repaired_by_mutool(std::string_view bytes, const ExtractBudget& budget) {
    const TemporaryDirectory folder("quarry-pdf", fs::temp_directory_path());
    const fs::path repaired = folder.path() / "repaired.pdf";
    SubprocessOptions options = repair_limits(budget);
    options.server_folder = folder.path().string();
    const SubprocessResult result =
        run_subprocess({"mutool", "clean", "/dev/stdin", repaired.string()}, bytes, options, budget.options().cancel);
    std::error_code missing;
    if (!result.succeeded() || !fs::is_regular_file(fs::symlink_status(repaired, missing))) return std::nullopt;
    return read_file(repaired, budget.limits().max_inflated_bytes);
}

std::optional<std::string> repaired_by_qpdf(std::string_view bytes, const ExtractBudget& budget) {
    SubprocessResult result =
        run_subprocess({"qpdf", "/dev/stdin", "-"}, bytes, repair_limits(budget), budget.options().cancel);
    constexpr int with_warnings = 3;
    const bool done = result.ending == SubprocessResult::Ending::exited &&
                      (result.status == 0 || result.status == with_warnings) && !result.output.empty();
    if (!done) return std::nullopt;
    return std::move(result.output);
}

}  // namespace

std::optional<std::string> repair_pdf(std::string_view bytes, const ExtractBudget& budget) {
    std::optional<std::string> repaired;
    try {
        repaired = repaired_by_mutool(bytes, budget);
    } catch (const Error& error) {
        // Without a place to write, or beyond the limit, it is not repaired.
        if (error.code() == ErrorCode::interrupted) throw;
    } catch (const fs::filesystem_error&) {
    }
    return repaired ? repaired : repaired_by_qpdf(bytes, budget);
}

std::string pdf_repair_programs() {
    std::string programs;
    for (const auto& [program, argument] : {std::pair{"mutool", "-v"}, std::pair{"qpdf", "--version"}}) {
        const SubprocessResult said = run_subprocess({program, argument}, {}, {.sandboxed = true});
        if (!said.succeeded()) continue;
        const std::string_view text = said.output.empty() ? said.error_text : said.output;
        const std::string_view line = trim(text.substr(0, text.find('\n')));
        if (!programs.empty()) programs += ", ";
        programs += std::string(program) + " " + one_line(line.substr(line.rfind(' ') + 1), 40);
    }
    return programs;
}

}  // namespace quarry::extract
