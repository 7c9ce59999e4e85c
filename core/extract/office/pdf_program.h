#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/subprocess.h"
#include "core/extract/office/budget.h"

namespace quarry::extract {

/// What the refusal says when a program is not installed: "BEFOREthe program pdftotext is not installed".
struct MissingProgram {
    std::string_view before = "";
    std::string_view hint = "install poppler-utils (Debian: apt install poppler-utils)";
};

/// Runs a program that reads pages (poppler, tesseract) in the sandbox, with the address space that poppler reserves,
/// within `limits` and until the extraction is cancelled. Throws the budget's refusal when it is not installed, and as
/// `run_subprocess` does; whether it succeeded is for the caller to look at.
[[nodiscard]] SubprocessResult run_pdf_program(const std::vector<std::string>& arguments, std::string_view input,
                                               SubprocessOptions limits, const ExtractBudget& budget,
                                               const MissingProgram& missing = {}, const SubprocessSink& sink = {});

}  // namespace quarry::extract
