// Random texts that reach the corners of extraction, chunking and analysis.
#include "tests/property/generators.h"

#include <iterator>
#include <string_view>

#include "core/base/characters.h"

namespace quarry::testing {
namespace {

struct Range {
    char32_t first;
    char32_t last;
};

// Letters of many scripts, marks, symbols, spaces and controls.
constexpr Range ranges[] = {
    {'a', 'z'},       {'A', 'Z'},         {'0', '9'},         {'!', '/'},         {' ', ' '},
    {'\n', '\n'},     {'\t', '\r'},       {0, 0x1F},          {0x80, 0xFF},       {0x300, 0x36F},
    {0x370, 0x3FF},   {0x400, 0x4FF},     {0x5D0, 0x5EA},     {0x600, 0x6FF},     {0x900, 0x97F},
    {0xE00, 0xE7F},   {0x1780, 0x17FF},   {0x1E00, 0x1FFF},   {0x2000, 0x206F},   {0x2100, 0x214F},
    {0x3000, 0x30FF}, {0x4E00, 0x9FFF},   {0xAC00, 0xD7A3},   {0xE000, 0xE0FF},   {0xFB00, 0xFDFF},
    {0xFE00, 0xFFEF}, {0x1D400, 0x1D7FF}, {0x1F300, 0x1F6FF}, {0x20000, 0x200FF}, {0x10FF00, 0x10FFFF}};

constexpr std::string_view vocabulary[] = {"the",
                                           "chunk",
                                           "getUserName",
                                           "HTTPServer",
                                           "snake_case",
                                           "U.S.A",
                                           "384,400",
                                           "3.14",
                                           "don't",
                                           "don\u2019t",
                                           "na\u00EFve",
                                           "Stra\u00DFe",
                                           "\u65E5\u672C\u8A9E",
                                           "\uD55C\uAD6D\uC5B4",
                                           "example.com",
                                           "e.g.",
                                           "end.",
                                           "(why?)",
                                           "\"quoted.\"",
                                           "`code`",
                                           "*emphasis*",
                                           "[link](http://example.org/a_b)",
                                           "\U0001F600",
                                           "x",
                                           "well-known",
                                           "\u0939\u093F\u0928\u094D\u0926\u0940"};

constexpr std::string_view punctuation_pieces[] = {
    "#",   "##",   ">",      "> ",     "-",     "- ",  "* ",     "+ ",    "1. ",
    "```", "~~~",  "    ",   "\t",     "|",     "|-|", ":-",     "---",   "===",
    "***", "<!--", "-->",    "<div>",  "<?",    "]]>", "[",      "]",     "(",
    ")",   "![",   "[^1]: ", "[a]: <", "&amp;", "\\",  "`",      "_",     "$",
    "\n",  "\n\n", "\r\n",   "\r",     " ",     "a",   "\u00E9", "+++\n", "---\ntitle: x\n---\n"};

constexpr std::string_view code_pieces[] = {"def ",   "class ",  "func ",   "function ",  "if ", "for (", "}",
                                            "{",      "public ", "import ", "# ",         "//",  "/*",    "*/",
                                            "\"\"\"", "return ", "<div>",   "\\section{", "| "};
constexpr std::string_view code_line_ends[] = {"\n", "\n", "\n", ":\n", ";\n", " {\n", "\n\n", "\r\n", " "};

constexpr std::string_view blanks[] = {" ",  "\t",     "\n",     "\r\n",   "\r",     "\v",
                                       "\f", "\u00A0", "\u2003", "\u3000", "\u0085", "\u2028"};

}  // namespace

std::string TextGenerator::any(std::size_t size) {
    switch (below(6)) {
        case 0: return unicode(size);
        case 1: return prose(size);
        case 2: return markdown(size);
        case 3: return punctuation(size);
        case 4: return below(8) == 0 ? blank(size) : markdown(size);
        default: return huge_line(size);
    }
}

std::string TextGenerator::unicode(std::size_t size) {
    std::string text;
    while (text.size() < size) {
        const Range& range = pick(ranges);
        // A few of the same script in a row, as words are.
        for (std::size_t run = 1 + below(6); run > 0; --run) {
            append_utf8(text, range.first + static_cast<char32_t>(below(range.last - range.first + 1)));
        }
    }
    return text;
}

std::string TextGenerator::words(std::size_t most) {
    std::string line;
    for (std::size_t count = 1 + below(most); count > 0; --count) {
        line += pick(vocabulary);
        if (count > 1) line += ' ';
    }
    return line;
}

std::string TextGenerator::prose(std::size_t size) {
    const std::string_view line_end = below(3) == 0 ? "\r\n" : "\n";
    std::string text;
    while (text.size() < size) {
        text += words(12);
        text += below(3) == 0 ? ". " : " ";
        if (below(4) == 0) text += line_end;
        if (below(10) == 0) text.append(line_end).append(line_end);
    }
    return text;
}

std::string TextGenerator::markdown(std::size_t size) {
    const std::string_view line_end = below(4) == 0 ? "\r\n" : "\n";
    std::string text;
    if (below(5) == 0) text += "---\ntitle: " + words(3) + "\ndate: 2024-01-01\n---\n";
    const auto line = [&](std::string_view prefix, std::size_t most) {
        text.append(prefix).append(words(most)).append(line_end);
    };
    while (text.size() < size) {
        switch (below(12)) {
            case 0: line(std::string(1 + below(6), '#') + " ", 5); break;
            case 1: line("", 4), text.append(below(2) == 0 ? "===" : "---").append(line_end); break;
            case 2:
                for (std::size_t items = 1 + below(6); items > 0; --items) {
                    line(std::string(2 * below(4), ' ') + (below(2) == 0 ? "- " : "1. "), 6);
                }
                break;
            case 3:
                text.append(below(2) == 0 ? "```cpp" : "~~~").append(line_end);
                for (std::size_t lines = below(8); lines > 0; --lines) line(std::string(below(9), ' '), 6);
                if (below(4) > 0) text.append("```").append(line_end);
                break;
            case 4:
                text.append("| a | b |").append(line_end).append("|---|:-:|").append(line_end);
                for (std::size_t rows = below(6); rows > 0; --rows) line("| ", 3);
                break;
            case 5: line(std::string(1 + below(5), '>') + " ", 8); break;
            case 6: line("<div class=\"x\">", 4); break;
            case 7: line("    ", 5); break;
            case 8: line("[ref]: http://example.org/", 1); break;
            default: line("", 14); break;
        }
        if (below(3) > 0) text.append(line_end);
    }
    return text;
}

std::string TextGenerator::punctuation(std::size_t size) {
    std::string text;
    while (text.size() < size) text += pick(punctuation_pieces);
    return text;
}

std::string TextGenerator::code(std::size_t size) {
    std::string text;
    while (text.size() < size) {
        text.append(below(4) * 2, ' ');
        if (below(8) == 0) text += '\t';
        text += pick(code_pieces);
        if (below(2) == 0) text += words(4);
        text += pick(code_line_ends);
    }
    return text;
}

std::string TextGenerator::blank(std::size_t size) {
    std::string text;
    while (text.size() < size) text += pick(blanks);
    return text;
}

std::string TextGenerator::huge_line(std::size_t size) {
    const std::string_view piece = pick(vocabulary);
    const bool spaced = below(2) == 0;
    std::string text;
    while (text.size() < size) {
        text += piece;
        if (spaced) text += ' ';
    }
    return text;
}

}  // namespace quarry::testing
