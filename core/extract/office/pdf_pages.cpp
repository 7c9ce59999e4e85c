#include "core/extract/office/pdf_pages.h"

#include <algorithm>
#include <map>
#include <string_view>

#include "core/base/text.h"

namespace quarry::extract {
namespace {

/// A page of fewer lines is no evidence of columns.
constexpr std::size_t fewest_lines_in_columns = 12;
/// Shortest text on either side of the gap for it to be prose.
constexpr std::size_t shortest_column_line = 18;
/// Lines at either edge of a page that may be running ones.
constexpr std::size_t edge_lines = 2;

bool is_blank_text(std::string_view line) { return trim(line).empty(); }

/// A line without its numbers and spacing: what running lines have in common.
std::string running_shape(std::string_view line) {
    std::string shape;
    for (const char c : trim(line)) {
        const bool digit = c >= '0' && c <= '9';
        const char kept = digit ? '#' : c;
        if ((digit || c == ' ') && !shape.empty() && shape.back() == kept) continue;
        shape += kept;
    }
    return shape;
}

/// Indices of the lines at a page's top and bottom that hold something.
std::vector<std::size_t> edges_of(const PdfPage& page) {
    std::vector<std::size_t> filled;
    for (std::size_t index = 0; index < page.lines.size(); ++index) {
        if (!is_blank_text(page.lines[index])) filled.push_back(index);
    }
    if (filled.size() > 2 * edge_lines) {
        filled.erase(filled.begin() + edge_lines, filled.end() - static_cast<std::ptrdiff_t>(edge_lines));
    }
    return filled;
}

}  // namespace

std::vector<PdfPage> split_pdf_pages(std::string text) {
    std::vector<PdfPage> pages;
    std::size_t start = 0;
    while (start < text.size()) {
        const std::size_t end = std::min(text.find('\f', start), text.size());
        PdfPage page;
        for (const std::string_view line : split(std::string_view(text).substr(start, end - start), '\n')) {
            page.lines.emplace_back(line.substr(0, line.find_last_not_of(" \t\r") + 1));
        }
        pages.push_back(std::move(page));
        start = end + 1;
    }
    return pages;
}

bool has_text_columns(const PdfPage& page) {
    // At each place of the line: how many lines have a gap there between two stretches of prose.
    std::vector<std::size_t> gaps_at;
    std::size_t filled = 0;
    for (const std::string& line : page.lines) {
        if (is_blank_text(line)) continue;
        ++filled;
        std::size_t gap = line.find("  ", line.find_first_not_of(' '));
        while (gap != std::string::npos) {
            const std::size_t after = line.find_first_not_of(' ', gap);
            if (after == std::string::npos) break;
            const std::size_t before = gap - line.find_first_not_of(' ');
            if (before >= shortest_column_line && line.size() - after >= shortest_column_line) {
                // Places are characters: one of several bytes takes one column in the layout.
                const std::size_t first = count_code_points(std::string_view(line).substr(0, gap));
                gaps_at.resize(std::max(gaps_at.size(), first + after - gap));
                for (std::size_t place = first; place < first + after - gap; ++place) ++gaps_at[place];
            }
            gap = line.find("  ", after);
        }
    }
    const auto most = std::max_element(gaps_at.begin(), gaps_at.end());
    return filled >= fewest_lines_in_columns && most != gaps_at.end() && *most * 2 > filled;
}

std::size_t remove_running_lines(std::vector<PdfPage>& pages) {
    constexpr std::size_t fewest_pages = 3;
    if (pages.size() < fewest_pages) return 0;
    std::map<std::string, std::size_t> pages_with;
    for (const PdfPage& page : pages) {
        std::vector<std::string> shapes;
        for (const std::size_t index : edges_of(page)) shapes.push_back(running_shape(page.lines[index]));
        std::sort(shapes.begin(), shapes.end());
        shapes.erase(std::unique(shapes.begin(), shapes.end()), shapes.end());
        for (const std::string& shape : shapes) ++pages_with[shape];
    }
    // A chapter's title stands on the pages of that chapter, often on every other one.
    const std::size_t enough = std::max(fewest_pages, std::min<std::size_t>(pages.size() / 3, 6));
    std::size_t removed = 0;
    for (PdfPage& page : pages) {
        for (const std::size_t index : edges_of(page)) {
            const std::size_t alike = pages_with[running_shape(page.lines[index])];
            if (alike < enough) continue;
            page.lines[index].clear();
            ++removed;
        }
    }
    return removed;
}

}  // namespace quarry::extract
