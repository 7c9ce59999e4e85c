#include "core/extract/office/pdf_text.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>

#include "core/base/ascii.h"
#include "core/base/text.h"
#include "core/extract/markup/source_lines.h"

namespace quarry::extract {
namespace {

/// Spaces that divide the cells of a table; justified lines have one or two between words.
constexpr std::string_view cell_gap = "   ";
constexpr std::size_t longest_pdf_heading = 100;

/// Also any byte of a character beyond ASCII: most of those are letters.
bool is_pdf_word_byte(char c) {
    return is_ascii_digit(c) || is_ascii_lower(c) || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}

std::vector<std::string> cells_of(std::string_view line) {
    std::vector<std::string> cells;
    line = trim(line);
    while (!line.empty()) {
        const std::size_t gap = line.find(cell_gap);
        cells.emplace_back(trim(line.substr(0, gap)));
        line = gap == std::string_view::npos ? std::string_view() : trim(line.substr(gap));
    }
    return cells;
}

/// The length of a mark of a list item at the beginning of a text, such as "•" or "2.", with a space behind; 0 if none.
std::size_t item_mark(std::string_view text) {
    constexpr auto bullets =
        std::to_array<std::string_view>({"•", "◦", "▪", "‣", "●", "○", "■", "–", "—", "-", "*", "\uF0B7", "\uF0A7"});
    for (const std::string_view bullet : bullets) {
        if (text.starts_with(bullet) && text.substr(bullet.size()).starts_with(' ')) return bullet.size();
    }
    std::size_t end = text.starts_with('(') ? 1 : 0;
    const std::size_t first = end;
    while (end < text.size() && end - first < 2 && is_ascii_digit(text[end])) ++end;
    if (end == first && end < text.size() && is_ascii_lower(text[end])) ++end;
    if (end == first || end >= text.size() || (text[end] != '.' && text[end] != ')')) return 0;
    return text.substr(end + 1).starts_with(' ') ? end + 1 : 0;
}

/// The level of a line that reads like a heading, or 0: "2 Naming", "2.1. Scope", "Appendix B", "References".
int pdf_heading_level(std::string_view text) {
    if (text.size() > longest_pdf_heading || text.find(cell_gap) != std::string_view::npos) return 0;
    const std::string lower = ascii_lower(text);
    for (const char* word : {"abstract", "introduction", "summary", "conclusion", "conclusions", "references",
                             "bibliography", "acknowledgements", "acknowledgments", "appendix"}) {
        if (lower == word) return 1;
    }
    for (const std::string_view word : {"chapter ", "appendix ", "part "}) {
        const std::string_view rest = std::string_view(text).substr(std::min(word.size(), text.size()));
        if (lower.starts_with(word) && !rest.empty() && (is_ascii_digit(rest[0]) || (rest[0] >= 'A' && rest[0] <= 'Z')))
            return text.back() == '.' ? 0 : 1;
    }
    int level = 0;
    std::size_t at = 0;
    while (at < text.size() && is_ascii_digit(text[at])) {
        const std::size_t number = at;
        while (at < text.size() && is_ascii_digit(text[at])) ++at;
        if (at - number > 2) return 0;
        ++level;
        if (at < text.size() && text[at] == '.') ++at;
    }
    if (level == 0 || at >= text.size() || text[at] != ' ') return 0;
    const std::string_view title = trim(text.substr(at));
    // A sentence, a sum or a row of numbers is no title.
    if (title.empty() || is_ascii_lower(title[0]) || !is_pdf_word_byte(title[0]) || is_ascii_digit(title[0])) return 0;
    return std::string_view(".,;:!?").find(title.back()) == std::string_view::npos ? level : 0;
}

/// Whether the parts of a word around a hyphen at a line's end are one word without it.
class Hyphens {
public:
    explicit Hyphens(const std::vector<PdfPage>& pages) {
        for (const PdfPage& page : pages) {
            for (const std::string& line : page.lines) add_compounds(line);
        }
    }
    [[nodiscard]] bool joins(std::string_view before, std::string_view after) const {
        return compounds_.count(ascii_lower(std::string(before) + "-" + std::string(after))) == 0;
    }

private:
    /// Words with a hyphen within a line.
    void add_compounds(const std::string& line) {
        for (std::size_t at = line.find('-'); at != std::string::npos; at = line.find('-', at + 1)) {
            std::size_t start = at, end = at + 1;
            while (start > 0 && is_pdf_word_byte(line[start - 1])) --start;
            while (end < line.size() && is_pdf_word_byte(line[end])) ++end;
            if (start < at && end > at + 1)
                compounds_.insert(ascii_lower(std::string_view(line).substr(start, end - start)));
        }
    }
    std::unordered_set<std::string> compounds_;
};

class PageWriter {
public:
    PageWriter(TextBuilder& builder, const Hyphens& hyphens) : builder_(builder), hyphens_(hyphens) {}

    void write(const PdfPage& page) {
        builder_.begin_page();
        width_ = 0;
        for (const std::string& line : page.lines) width_ = std::max(width_, line.size());
        bool blank_before = true;
        for (std::size_t index = 0; index < page.lines.size();) {
            builder_.watch().poll();
            const std::string& line = page.lines[index];
            const std::string_view text = trim(line);
            const std::size_t rows = text.empty() ? 0 : table_rows(page, index);
            if (text.empty()) {
                end_paragraph();
            } else if (rows > 0) {
                end_all();
                write_table(page, index, rows);
                index += rows;
                blank_before = false;
                continue;
            } else if (const int level = blank_before ? heading_level(page, index) : 0; level > 0) {
                end_all();
                builder_.heading(level, text);
            } else {
                add_line(line, text, blank_before);
            }
            blank_before = text.empty();
            ++index;
        }
        end_all();
    }

private:
    /// "1. Apples" is a heading only when no line follows at once, as one does in a list.
    static int heading_level(const PdfPage& page, std::size_t index) {
        const std::string_view text = trim(page.lines[index]);
        const bool alone = index + 1 >= page.lines.size() || trim(page.lines[index + 1]).empty();
        return item_mark(text) > 0 && !alone ? 0 : pdf_heading_level(text);
    }

    /// How many lines from `index` on are rows of one table; 0 if it is none.
    static std::size_t table_rows(const PdfPage& page, std::size_t index) {
        const std::size_t cells = cells_of(page.lines[index]).size();
        if (cells < 2 || item_mark(trim(page.lines[index])) > 0) return 0;
        std::size_t rows = 1;
        while (index + rows < page.lines.size() && cells_of(page.lines[index + rows]).size() == cells) ++rows;
        return rows >= 2 ? rows : 0;
    }

    void write_table(const PdfPage& page, std::size_t index, std::size_t rows) {
        builder_.begin_table(cells_of(page.lines[index]).size());
        for (std::size_t row = 0; row < rows; ++row) builder_.row(cells_of(page.lines[index + row]));
        builder_.end_table();
    }

    void add_line(std::string_view line, std::string_view text, bool blank_before) {
        const std::size_t indent = indent_of(line);
        if (const std::size_t mark = item_mark(text)) {
            end_paragraph();
            begin_item(text.substr(0, mark), indent);
            text = trim(text.substr(mark));
        } else if (in_list_ && (indent <= item_indent_ || blank_before)) {
            end_all();
        } else if (!paragraph_.empty() && !in_list_ && indent >= last_indent_ + 2 && last_indent_ <= first_indent_) {
            end_paragraph();  // a first line that is set in
        }
        if (paragraph_.empty()) first_indent_ = indent;
        append(text);
        last_indent_ = indent;
        // A line with room for another word ends where it ends.
        last_is_full_ = line.size() * 4 >= width_ * 3;
    }

    void append(std::string_view text) {
        if (paragraph_.empty()) {
            paragraph_ = text;
            return;
        }
        const std::size_t size = paragraph_.size();
        const bool divided = size > 1 && paragraph_.back() == '-' && is_pdf_word_byte(paragraph_[size - 2]) &&
                             (is_ascii_lower(text[0]) || static_cast<unsigned char>(text[0]) >= 0x80);
        if (!divided) {
            paragraph_ += last_is_full_ ? ' ' : '\n';
        } else {
            std::size_t start = size - 1, end = 0;
            while (start > 0 && is_pdf_word_byte(paragraph_[start - 1])) --start;
            while (end < text.size() && is_pdf_word_byte(text[end])) ++end;
            const std::string_view before = std::string_view(paragraph_).substr(start, size - 1 - start);
            if (hyphens_.joins(before, text.substr(0, end))) paragraph_.pop_back();
        }
        paragraph_ += text;
    }

    void begin_item(std::string_view mark, std::size_t indent) {
        if (!std::exchange(in_list_, true)) {
            builder_.begin_list();
        } else {
            builder_.end_item();
        }
        builder_.begin_item(mark.find_first_of("0123456789abcdefghijklmnopqrstuvwxyz") != std::string_view::npos ? mark
                                                                                                                 : "-");
        item_indent_ = indent;
    }

    void end_paragraph() {
        builder_.paragraph(std::exchange(paragraph_, {}));
        last_is_full_ = false;
    }
    void end_all() {
        end_paragraph();
        if (!std::exchange(in_list_, false)) return;
        builder_.end_item();
        builder_.end_list();
    }

    TextBuilder& builder_;
    const Hyphens& hyphens_;
    std::size_t width_ = 0;
    std::string paragraph_;
    std::size_t first_indent_ = 0, last_indent_ = 0, item_indent_ = 0;
    bool last_is_full_ = false;
    bool in_list_ = false;
};

}  // namespace

void write_pdf_pages(const std::vector<PdfPage>& pages, TextBuilder& builder) {
    const Hyphens hyphens(pages);
    PageWriter writer(builder, hyphens);
    for (const PdfPage& page : pages) writer.write(page);
}

}  // namespace quarry::extract
