#include "core/sql/source_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.h"

namespace quarry::sql {

Place SourceText::place(std::size_t offset) const noexcept {
    const std::string_view before = text.substr(0, std::min(offset, text.size()));
    const std::size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0: the first line.
    return {static_cast<std::size_t>(std::count(before.begin(), before.end(), '\n')) + 1,
            count_code_points(before.substr(line_start)) + 1};
}

std::string SourceText::location(std::size_t offset) const {
    const Place at = place(offset);
    return fmt::format("{}:{}:{}", name, at.line, at.column);
}

Error SourceText::error_at(std::size_t offset, std::string_view problem, std::string hint, ErrorCode code) const {
    return Error(code, fmt::format("{}: {}", location(offset), problem), std::move(hint));
}

void SourceText::require_text() const {
    if (const auto invalid = find_invalid_utf8(text)) {
        throw error_at(*invalid, "the file is not valid UTF-8 here", "save it as UTF-8");
    }
    if (const std::size_t nul = text.find('\0'); nul != std::string_view::npos) {
        throw error_at(nul, "there is a NUL byte here", "save the file as plain UTF-8 text");
    }
}

}  // namespace quarry::sql
