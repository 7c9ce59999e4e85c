#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "core/extract/office/budget.h"

namespace quarry::extract {

/// A damaged PDF file as a program that repairs such files writes it again: mutool, or else qpdf. Nothing when neither
/// is installed or can. Both are confined: mutool to a folder of its own, which it needs to write, and only where the
/// kernel can do that; qpdf to its streams. Throws Error(interrupted) on cancellation.
[[nodiscard]] std::optional<std::string> repair_pdf(std::string_view bytes, const ExtractBudget& budget);

}  // namespace quarry::extract
