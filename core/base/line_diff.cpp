#include "core/base/line_diff.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "core/base/text.h"

namespace quarry {
namespace {

constexpr std::ptrdiff_t most_edits = 1000;
constexpr std::size_t context = 3;

struct DiffLine {
    char mark = ' ';
    std::string_view text;
    std::size_t number = 0;  ///< 1-based, in the second text.
};

std::vector<std::string_view> lines_of(std::string_view text) {
    if (text.ends_with('\n')) text.remove_suffix(1);
    return text.empty() ? std::vector<std::string_view>() : split(text, '\n');
}

using Lines = std::vector<std::string_view>;

/// The furthest reaching ends by diagonal, one row an edit; nothing when there are too many edits.
std::optional<std::vector<std::vector<std::ptrdiff_t>>> trace_edits(const Lines& a, const Lines& b) {
    const auto n = static_cast<std::ptrdiff_t>(a.size()), m = static_cast<std::ptrdiff_t>(b.size());
    const std::ptrdiff_t most = std::min(n + m, most_edits), offset = most + 1;
    std::vector<std::ptrdiff_t> ends(static_cast<std::size_t>(2 * most + 3), 0);
    std::vector<std::vector<std::ptrdiff_t>> trace;
    for (std::ptrdiff_t d = 0; d <= most; ++d) {
        trace.push_back(ends);
        for (std::ptrdiff_t k = -d; k <= d; k += 2) {
            const std::ptrdiff_t left = ends[static_cast<std::size_t>(offset + k - 1)];
            const std::ptrdiff_t above = ends[static_cast<std::size_t>(offset + k + 1)];
            std::ptrdiff_t x = k == -d || (k != d && left < above) ? above : left + 1;
            while (x < n && x - k < m && a[static_cast<std::size_t>(x)] == b[static_cast<std::size_t>(x - k)]) ++x;
            ends[static_cast<std::size_t>(offset + k)] = x;
            if (x >= n && x - k >= m) return trace;
        }
    }
    return std::nullopt;
}

std::vector<DiffLine> all_replaced(const Lines& a, const Lines& b) {
    std::vector<DiffLine> result;
    for (const std::string_view line : a) result.push_back({'-', line, 1});
    for (std::size_t i = 0; i < b.size(); ++i) result.push_back({'+', b[i], i + 1});
    return result;
}

std::vector<DiffLine> edit_script(const Lines& a, const Lines& b) {
    const auto trace = trace_edits(a, b);
    if (!trace) return all_replaced(a, b);
    auto x = static_cast<std::ptrdiff_t>(a.size()), y = static_cast<std::ptrdiff_t>(b.size());
    const std::ptrdiff_t offset = std::min(x + y, most_edits) + 1;
    std::vector<DiffLine> result;
    const auto keep_until = [&](std::ptrdiff_t x_end, std::ptrdiff_t y_end) {
        while (x > x_end && y > y_end) {
            --x;
            --y;
            result.push_back({' ', b[static_cast<std::size_t>(y)], static_cast<std::size_t>(y) + 1});
        }
    };
    for (std::ptrdiff_t d = static_cast<std::ptrdiff_t>(trace->size()) - 1; d > 0; --d) {
        const auto& ends = (*trace)[static_cast<std::size_t>(d)];
        const std::ptrdiff_t k = x - y;
        const std::ptrdiff_t left = ends[static_cast<std::size_t>(offset + k - 1)];
        const std::ptrdiff_t above = ends[static_cast<std::size_t>(offset + k + 1)];
        const bool inserted = k == -d || (k != d && left < above);
        const std::ptrdiff_t from_x = inserted ? above : left;
        const std::ptrdiff_t from_y = from_x - (inserted ? k + 1 : k - 1);
        keep_until(inserted ? from_x : from_x + 1, inserted ? from_y + 1 : from_y);
        if (inserted) {
            result.push_back({'+', b[static_cast<std::size_t>(from_y)], static_cast<std::size_t>(from_y) + 1});
        } else {
            result.push_back({'-', a[static_cast<std::size_t>(from_x)], static_cast<std::size_t>(from_y) + 1});
        }
        x = from_x;
        y = from_y;
    }
    keep_until(0, 0);
    std::reverse(result.begin(), result.end());
    return result;
}

}  // namespace

std::string line_diff(std::string_view before, std::string_view after) {
    const std::vector<DiffLine> lines = edit_script(lines_of(before), lines_of(after));
    std::vector<bool> shown(lines.size(), false);
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (lines[i].mark == ' ') continue;
        const std::size_t end = std::min(lines.size(), i + context + 1);
        for (std::size_t j = i < context ? 0 : i - context; j < end; ++j) shown[j] = true;
    }
    std::string text;
    for (std::size_t i = 0; i < lines.size(); ++i) {
        if (!shown[i]) continue;
        if (i == 0 || !shown[i - 1]) text += fmt::format("@@ {} @@\n", lines[i].number);
        text.append(1, lines[i].mark).append(lines[i].text).append("\n");
    }
    return text;
}

}  // namespace quarry
