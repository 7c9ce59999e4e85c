#include <algorithm>

#include "core/base/characters.h"
#include "core/chunk/code_outline.h"

namespace quarry::chunk {
namespace {

constexpr std::size_t tab_columns = 4;
constexpr std::size_t deepest_indentation = 64;
// A line that follows another directly is as good a place as one behind an empty line that is indented this much more.
constexpr int joined_line = 6;

struct CodeLine {
    std::size_t first = 0;  ///< First byte that is no white space; the line's end when there is none.
    std::size_t end = 0;
    std::size_t columns = 0;  ///< Of indentation.
};

CodeLine read_code_line(std::string_view text, std::size_t start) {
    CodeLine line;
    line.end = std::min(text.size(), text.find('\n', start));
    line.first = start;
    while (line.first < line.end && (text[line.first] == ' ' || text[line.first] == '\t')) {
        line.columns += text[line.first] == '\t' ? tab_columns : 1;
        ++line.first;
    }
    line.columns = std::min(line.columns, deepest_indentation);
    return line;
}

/// Whether the line ends what was begun before it: a cut in front of it would leave it alone.
bool closes_block(std::string_view line) {
    constexpr std::string_view closers = "})]";
    return closers.find(line.front()) != std::string_view::npos || line == "end" || line.starts_with("end;") ||
           line.starts_with("end ") || line.starts_with("else") || line.starts_with("{");
}

}  // namespace

CodeOutline outline_by_lines(std::string_view text) {
    CodeOutline outline;
    std::size_t previous_end = 0;
    bool behind_blank = false;
    bool any = false;
    for (std::size_t start = 0; start < text.size();) {
        const CodeLine line = read_code_line(text, start);
        const std::size_t end = trim_white_space_end(text, line.first, line.end);
        start = line.end + 1;
        if (end == line.first) {
            behind_blank = true;
            continue;
        }
        if (any && !closes_block(text.substr(line.first, end - line.first))) {
            CodeCut cut;
            cut.offset = line.first;
            cut.end = previous_end;
            cut.level = static_cast<int>(line.columns) + (behind_blank ? 0 : joined_line);
            cut.inside = line.columns > 0 ? 0 : -1;
            outline.cuts.push_back(cut);
        }
        any = true;
        behind_blank = false;
        previous_end = end;
    }
    return outline;
}

}  // namespace quarry::chunk
