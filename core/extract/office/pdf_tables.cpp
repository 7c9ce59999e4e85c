#include "core/extract/office/pdf_tables.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "core/base/ascii.h"
#include "core/base/text.h"
#include "core/extract/office/pdf_marks.h"

namespace quarry::extract {
namespace {

/// In heights of a line: gaps that may divide cells, and those that do in whatever line.
constexpr float least_cell_gap = 0.6F, sure_cell_gap = 1.5F;
/// How many times as wide as its line's narrow gaps a gap between cells is.
constexpr float cell_gap_ratio = 1.8F;

struct Cell : PdfBox {
    std::string text;
    bool numeric = false;
};

struct Row {
    std::size_t line = 0;  ///< Its first one.
    PdfBox box;
    std::vector<Cell> cells;
    bool leaders = false;
    bool loose = false;  ///< Its cells may as well be words of a line of prose that is set loosely.
};

bool is_sign(std::string_view text) {
    for (const std::string_view sign : {"$", "€", "£", "¥", "US$", "C$", "A$", "CHF", "(", "-", "–", "$("}) {
        if (text == sign) return true;
    }
    return false;
}
bool is_behind(std::string_view text) { return text == "%" || text == ")" || text == ")%" || text == "%)"; }

/// Figures, dates, dashes for nothing: no letters but those of units and marks.
bool is_figure(std::string_view text) {
    std::size_t digits = 0, letters = 0;
    for (const char c : text) {
        digits += is_ascii_digit(c) ? 1 : 0;
        letters += is_ascii_letter(c) ? 1 : 0;
    }
    if (digits > 0) return letters <= digits;
    for (const std::string_view nothing : {"-", "–", "—", "n/a", "N/A", "nil", "--", "—%", "$—", "$ —"}) {
        if (text == nothing) return true;
    }
    return false;
}

/// The dots that lead from a label to its figure, at the end of a word: "Cash......"; 0 if there are fewer than four.
std::size_t leader_length(std::string_view word) {
    constexpr std::size_t fewest = 4;
    std::size_t dots = 0;
    while (dots < word.size() && (word[word.size() - 1 - dots] == '.' || word[word.size() - 1 - dots] == '_')) ++dots;
    return dots >= fewest ? dots : 0;
}

/// The words of a line without its leaders; `leads[i]` tells that there was one before word i.
struct LeaderlessWords {
    std::vector<PdfWord> words;
    std::vector<bool> leads;
    bool any = false;
};

LeaderlessWords without_leaders(const PdfPage& page, const PdfLine& line) {
    LeaderlessWords result;
    bool lead = false;
    for (std::size_t index = 0; index < line.words.size(); ++index) {
        PdfWord word = line.words[index];
        const std::string_view text = page.text_of(word);
        // ". . . .": single dots in a row.
        std::size_t dots = 0;
        while (index + dots < line.words.size() && page.text_of(line.words[index + dots]) == ".") ++dots;
        constexpr std::size_t fewest_dots = 3;
        if (dots >= fewest_dots) {
            index += dots - 1;
            lead = result.any = true;
            continue;
        }
        const std::size_t leader = leader_length(text);
        if (leader == text.size()) {
            lead = result.any = true;
            continue;
        }
        if (leader > 0) {
            const float share = static_cast<float>(leader) / static_cast<float>(text.size());
            word.right -= word.width() * share / 2;  // dots are narrow
            word.size -= static_cast<std::uint32_t>(leader);
            result.any = true;
        }
        result.words.push_back(word);
        result.leads.push_back(std::exchange(lead, leader > 0));
    }
    return result;
}

std::vector<float> gaps_of(const std::vector<PdfWord>& words) {
    std::vector<float> gaps;
    for (std::size_t index = 1; index < words.size(); ++index) {
        gaps.push_back(words[index].left - words[index - 1].right);
    }
    return gaps;
}

/// From which width on a gap of the line divides cells.
float cell_gap_of(const std::vector<float>& gaps, const PdfLine& line) {
    // A typewriter's space is as wide as its letters.
    constexpr float letters = 1.25F;
    float inked = 0;
    for (const PdfWord& word : line.words) inked += word.width();
    const float letter = inked / static_cast<float>(std::max<std::size_t>(1, line.characters));
    const float height = line.height(), least = std::max(least_cell_gap * height, letters * letter);
    constexpr std::size_t fewest_gaps = 4;  // to tell a line that is set loosely from a row of short cells
    if (gaps.size() < fewest_gaps) return least;
    std::vector<float> sorted = gaps;
    const auto quarter = sorted.begin() + static_cast<std::ptrdiff_t>(sorted.size() / 4);
    std::nth_element(sorted.begin(), quarter, sorted.end());
    return std::min(sure_cell_gap * height, std::max(least, cell_gap_ratio * *quarter));
}

Row row_of(const PdfPage& page, const PdfLine& line, std::size_t index) {
    Row row;
    row.line = index;
    row.box = line;
    const LeaderlessWords kept = without_leaders(page, line);
    row.leaders = kept.any;
    const std::vector<float> gaps = gaps_of(kept.words);
    const float cell_gap = cell_gap_of(gaps, line);
    std::size_t start = 0;
    for (std::size_t at = 1; at <= kept.words.size(); ++at) {
        const bool ends = at == kept.words.size() || kept.leads[at] || gaps[at - 1] > cell_gap;
        if (!ends) continue;
        Cell cell;
        static_cast<PdfBox&>(cell) = kept.words[start];
        for (std::size_t word = start; word < at; ++word) cell.include(kept.words[word]);
        cell.text = pdf_text(page, std::span(kept.words).subspan(start, at - start));
        // A sign of currency belongs to the figure behind it, a percent sign to the one before.
        // So does the mark of a list's item to its text.
        const bool marked = row.cells.size() == 1 && pdf_item_mark(row.cells[0].text + " ") == row.cells[0].text.size();
        if (!row.cells.empty() &&
            (is_behind(cell.text) || marked || (is_sign(row.cells.back().text) && is_figure(cell.text)))) {
            Cell& before = row.cells.back();
            before.include(cell);
            before.text += is_behind(cell.text) ? cell.text : " " + cell.text;
        } else {
            row.cells.push_back(std::move(cell));
        }
        start = at;
    }
    const bool wide =
        std::any_of(gaps.begin(), gaps.end(), [&](float gap) { return gap > sure_cell_gap * line.height(); });
    row.loose = !wide && !row.leaders;
    for (std::size_t at = 0; at < row.cells.size(); ++at) {
        row.cells[at].numeric = is_figure(row.cells[at].text);
        if (at > 0 && row.cells[at].numeric) row.loose = false;
    }
    return row;
}

/// Where columns are: stretches that cells of many rows cover, from left to right.
std::vector<PdfBox> columns_of(std::span<const Row> rows) {
    std::vector<std::pair<float, int>> edges;
    std::size_t counted = 0;
    for (const Row& row : rows) {
        if (row.cells.size() < 2) continue;
        ++counted;
        for (const Cell& cell : row.cells) {
            edges.emplace_back(cell.left, 1);
            edges.emplace_back(std::max(cell.left, cell.right), -1);
        }
    }
    std::sort(edges.begin(), edges.end());
    // A header's cell may span columns that the other rows divide.
    const int spanning = static_cast<int>(counted / 8);
    std::vector<PdfBox> columns;
    int covered = 0;
    for (const auto& [at, change] : edges) {
        const bool was = covered > spanning;
        covered += change;
        const bool is = covered > spanning;
        if (!was && is) columns.push_back({at, 0, at, 0});
        if (was && !is) columns.back().right = at;
    }
    return columns;
}

std::size_t column_of(const Cell& cell, const std::vector<PdfBox>& columns) {
    std::size_t nearest = 0;
    float least = 1e9F;
    for (std::size_t index = 0; index < columns.size(); ++index) {
        if (std::min(cell.right, columns[index].right) > std::max(cell.left, columns[index].left)) return index;
        const float distance = std::abs(cell.middle() - columns[index].middle());
        if (distance < least) {
            least = distance;
            nearest = index;
        }
    }
    return nearest;
}

/// The share of cells, of those not in the first column, whose left or right edge or middle is their column's.
float aligned_share(std::span<const Row> rows, const std::vector<PdfBox>& columns) {
    std::vector<std::vector<const Cell*>> by_column(columns.size());
    for (const Row& row : rows) {
        if (row.cells.size() < 2) continue;
        for (const Cell& cell : row.cells) by_column[column_of(cell, columns)].push_back(&cell);
    }
    std::size_t aligned = 0, all = 0;
    for (std::size_t column = 1; column < columns.size(); ++column) {
        const std::vector<const Cell*>& cells = by_column[column];
        const auto share = [&](const auto& edge_of) {
            std::vector<float> edges;
            for (const Cell* cell : cells) edges.push_back(edge_of(*cell));
            std::sort(edges.begin(), edges.end());
            constexpr float near = 3;
            std::size_t most = 0;
            for (std::size_t from = 0, to = 0; to < edges.size(); ++to) {
                while (edges[to] - edges[from] > near) ++from;
                most = std::max(most, to - from + 1);
            }
            return most;
        };
        aligned += std::max({share([](const Cell& cell) { return cell.left; }),
                             share([](const Cell& cell) { return cell.right; }),
                             share([](const Cell& cell) { return cell.middle(); })});
        all += cells.size();
    }
    return all == 0 ? 0.F : static_cast<float>(aligned) / static_cast<float>(all);
}

/// Signs of a relation, as formulas have; figures in cells have none of them, or one of them only ("<0.05").
bool is_relation(std::string_view text) {
    for (const std::string_view sign : {"=", "≤", "≥", "≈", "∼", "≡", "∈", "→", ":=", "<", ">"}) {
        const std::size_t at = text.find(sign);
        if (at != std::string_view::npos &&
            (text == sign || text.find(" " + std::string(sign)) != std::string_view::npos ||
             text.find(std::string(sign) + " ") != std::string_view::npos)) {
            return true;
        }
    }
    return false;
}

/// What the rows of a run look like together.
struct Look {
    std::size_t rows = 0, figures = 0, texts = 0, text_bytes = 0, formulas = 0, leaders = 0, cells = 0;
};

Look look_at(std::span<const Row> rows) {
    Look look;
    for (const Row& row : rows) {
        if (row.cells.size() < 2) continue;
        ++look.rows;
        look.leaders += row.leaders ? 1 : 0;
        look.cells += row.cells.size();
        look.formulas +=
            std::any_of(row.cells.begin(), row.cells.end(), [](const Cell& cell) { return is_relation(cell.text); })
                ? 1
                : 0;
        for (std::size_t index = 1; index < row.cells.size(); ++index) {
            const Cell& cell = row.cells[index];
            look.figures += cell.numeric ? 1 : 0;
            look.texts += cell.numeric ? 0 : 1;
            look.text_bytes += cell.numeric ? 0 : cell.text.size();
        }
    }
    return look;
}

/// Whether rows are a table; `columns` becomes where its columns are.
bool is_table(std::span<const Row> rows, std::vector<PdfBox>& columns) {
    columns = columns_of(rows);
    const Look look = look_at(rows);
    if (look.rows < 2 || columns.size() < 2 || look.formulas * 3 >= look.rows) return false;
    if (look.leaders * 2 > look.rows && look.figures > 0) return true;
    constexpr float well = 0.7F;
    if (aligned_share(rows, columns) < well) return false;
    if (look.figures >= look.texts) return true;
    // Of texts: more rows, mostly filled, and short.
    constexpr std::size_t fewest_rows = 3, longest_text = 45;
    return look.rows >= fewest_rows && look.cells * 5 >= look.rows * columns.size() * 3 &&
           look.text_bytes <= longest_text * look.texts;
}

bool is_contents(std::span<const Row> rows) {
    const Look look = look_at(rows);
    if (look.leaders * 2 <= look.rows) return false;
    // An entry may have a Roman number, or run over the line.
    std::size_t numbers = 0, falling = 0;
    long before = 0;
    for (const Row& row : rows) {
        if (row.cells.size() < 2) continue;
        const std::string& page = row.cells.back().text;
        constexpr std::size_t longest = 5;
        if (page.size() > longest || !std::all_of(page.begin(), page.end(), is_ascii_digit)) continue;
        const long number = std::stol(page);
        ++numbers;
        falling += number < before ? 1 : 0;
        before = number;
    }
    return numbers * 5 >= look.rows * 4 && falling * 10 <= numbers;
}

class TableWriter {
public:
    TableWriter(std::span<const Row> rows, std::vector<PdfBox> columns) : rows_(rows), columns_(std::move(columns)) {}

    std::vector<std::vector<std::string>> write() {
        const std::size_t header = header_end();
        float pitch = 1e6F;  // the least distance of lines in the table
        for (std::size_t index = 1; index < rows_.size(); ++index) {
            pitch = std::min(pitch, rows_[index].box.top - rows_[index - 1].box.top);
        }
        for (std::size_t index = 0; index < rows_.size(); ++index) {
            const bool near = index > 0 && rows_[index].box.top - rows_[index - 1].box.top <= pitch * 1.15F + 1;
            if ((index > 0 && index < header) || (index >= header && near && goes_on(index))) {
                add_to_last(index);
            } else {
                written_.emplace_back(columns_.size());
                add_to_last(index);
            }
        }
        return std::move(written_);
    }

private:
    [[nodiscard]] bool has_label(const Row& row) const { return column_of(row.cells.front(), columns_) == 0; }

    /// Rows without a label, above the first one that has one and figures, are the header's.
    [[nodiscard]] std::size_t header_end() const {
        std::size_t end = 0;
        while (end < rows_.size() && !has_label(rows_[end])) ++end;
        return end == rows_.size() ? 0 : end;
    }

    /// Whether a row is more of the row before: of its texts, or of a label whose figures come in this one.
    [[nodiscard]] bool goes_on(std::size_t index) const {
        const Row& row = rows_[index];
        const Row& before = rows_[index - 1];
        const bool figures =
            std::any_of(row.cells.begin(), row.cells.end(), [](const Cell& one) { return one.numeric; });
        if (!has_label(row)) {
            // Cells below those of the row before; figures only below a label that has none.
            return !figures || (before.cells.size() == 1 && has_label(before));
        }
        const std::string& label = row.cells.front().text;
        const bool continues = is_ascii_lower(label.front()) || label.front() == '(' || label.front() == '&';
        if (before.cells.size() == 1 && has_label(before)) {
            const bool figure = is_ascii_digit(label.front()) || label.front() == '$';
            const std::string& above = before.cells[0].text;
            return !above.ends_with(':') &&
                   (continues || figure || above.ends_with(',') || above.ends_with(" of") || above.ends_with(" and"));
        }
        return row.cells.size() == 1 && continues && label.size() > 3;
    }

    void add_to_last(std::size_t index) {
        for (const Cell& cell : rows_[index].cells) {
            std::string& text = written_.back()[column_of(cell, columns_)];
            if (!text.empty()) text += ' ';
            text += cell.text;
        }
    }

    std::span<const Row> rows_;
    std::vector<PdfBox> columns_;
    std::vector<std::vector<std::string>> written_;
};

bool is_sentence(std::string_view text) {
    return text.ends_with('.') && std::count(text.begin(), text.end(), ' ') >= 2;
}

/// A line that may be prose and fills most of its column ends a table.
bool may_be_within(const Row& row, const PdfBox& around) {
    if (row.cells.size() >= 2 && !row.loose) return true;
    constexpr float filling = 0.6F;
    if (row.cells.size() == 1 && (is_sentence(row.cells[0].text) || pdf_item_mark(row.cells[0].text) > 0)) return false;
    return !row.cells.empty() && row.box.width() < filling * around.width();
}

class TableSearch {
public:
    TableSearch(const PdfPage& page, std::span<const PdfLine> lines, const std::vector<bool>& blocked)
        : blocked_(blocked) {
        if (!lines.empty()) around_ = lines.front();
        for (const PdfLine& line : lines) {
            rows_.push_back(row_of(page, line, rows_.size()));
            around_.include(line);
        }
    }

    std::vector<PdfTable> find() {
        std::vector<PdfTable> tables;
        for (std::size_t first = 0; first < rows_.size();) {
            const std::size_t whole_end = run_end(first);
            std::size_t end = whole_end;
            std::vector<PdfBox> columns;
            while (end > first && !is_table(take(first, end), columns)) {
                // Two tables, one below the other, with a line between.
                while (--end > first && rows_[end].cells.size() >= 2) {
                }
                if (is_worn_out()) end = first;
            }
            if (end == first) {
                first = is_worn_out() ? std::max(whole_end, first + 1) : first + 1;
                continue;
            }
            // A line above the columns of figures belongs to their header.
            const std::size_t least = tables.empty() ? 0 : tables.back().end;
            if (first > least && !blocked_[first - 1] && is_near(first) && rows_[first - 1].cells.size() == 1 &&
                rows_[first].cells[0].left >= columns[1].left - 2 && rows_[first - 1].box.left >= columns[1].left - 2) {
                --first;
            }
            // Lines below the last row's texts are more of them.
            while (end < rows_.size() && !blocked_[end] && is_near(end) && rows_[end].cells.size() == 1 &&
                   rows_[end].box.left >= columns[1].left - 2) {
                ++end;
            }
            PdfTable table{first, end, {}, {}, is_contents(run(first, end))};
            table.columns = columns;
            table.rows = TableWriter(run(first, end), std::move(columns)).write();
            tables.push_back(std::move(table));
            first = end;
        }
        return tables;
    }

private:
    [[nodiscard]] std::span<const Row> run(std::size_t first, std::size_t end) const {
        return std::span(rows_).subspan(first, end - first);
    }
    [[nodiscard]] std::span<const Row> take(std::size_t first, std::size_t end) {
        looked_at_ += end - first;
        return run(first, end);
    }
    /// Rows that are no table are tried again from the next one on; not for ever, on a page made of such rows.
    [[nodiscard]] bool is_worn_out() const {
        constexpr std::size_t most_looks = 6, looks_of_any_page = 5000;
        return looked_at_ > most_looks * rows_.size() + looks_of_any_page;
    }
    [[nodiscard]] bool is_near(std::size_t index) const {
        constexpr float farthest_row = 2.6F;  // in heights of a line, from top to top
        return rows_[index].box.top - rows_[index - 1].box.top <= farthest_row * rows_[index].box.height();
    }

    /// Behind the rows from `first` on that may be one table; `first` if it is no row.
    [[nodiscard]] std::size_t run_end(std::size_t first) const {
        if (blocked_[first] || rows_[first].cells.size() < 2 || !may_be_within(rows_[first], around_)) return first;
        constexpr std::size_t most_single = 2;
        std::size_t end = first + 1, single = 0;
        for (std::size_t next = end; next < rows_.size() && !blocked_[next] && is_near(next); ++next) {
            if (!may_be_within(rows_[next], around_)) break;
            single = rows_[next].cells.size() >= 2 ? 0 : single + 1;
            if (single > most_single) break;
            if (single == 0) end = next + 1;
        }
        return end;
    }

    const std::vector<bool>& blocked_;
    std::vector<Row> rows_;
    PdfBox around_;
    std::size_t looked_at_ = 0;
};

}  // namespace

std::vector<PdfTable> find_pdf_tables(const PdfPage& page, std::span<const PdfLine> lines,
                                      const std::vector<bool>& blocked) {
    return TableSearch(page, lines, blocked).find();
}

}  // namespace quarry::extract
