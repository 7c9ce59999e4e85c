#include "core/migrate/import_edits.h"

#include <algorithm>

namespace quarry::migrate {

void TextEdits::replace(sql::Section range, std::string replacement) {
    const auto at =
        std::find_if(edits_.begin(), edits_.end(), [&](const Edit& one) { return one.range.start > range.start; });
    edits_.insert(at, {range, std::move(replacement)});
}

void TextEdits::erase(sql::Section range) {
    constexpr std::string_view blanks = " \t\r";
    const std::size_t before = text_.substr(0, range.start).find_last_not_of(blanks);
    const std::size_t behind = text_.find_first_not_of(blanks, range.end);
    const bool begins_line = before == std::string_view::npos || text_[before] == '\n';
    const bool ends_line = behind == std::string_view::npos || text_[behind] == '\n';
    if (begins_line && ends_line) {
        range.start = before == std::string_view::npos ? 0 : before + 1;
        range.end = behind == std::string_view::npos ? text_.size() : behind + 1;
    }
    replace(range, {});
}

std::string TextEdits::apply(sql::Section range) const {
    std::string result;
    std::size_t copied = range.start;
    for (const Edit& edit : edits_) {
        if (edit.range.start < range.start || edit.range.end > range.end) continue;
        result.append(text_.substr(copied, edit.range.start - copied)).append(edit.replacement);
        copied = edit.range.end;
    }
    return result.append(text_.substr(copied, range.end - copied));
}

}  // namespace quarry::migrate
