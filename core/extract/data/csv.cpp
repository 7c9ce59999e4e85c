#include "core/extract/data/csv.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <vector>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/extract/encoding.h"
#include "core/extract/text_builder.h"

namespace quarry::extract {
namespace {

constexpr std::size_t rows_looked_at = 50;
constexpr std::size_t bytes_looked_at = 65536;
constexpr std::size_t most_cells_in_row = 100'000;

/// Reads rows by RFC 4180, with any separator and line end; a quote that is never closed is an ordinary character.
class CsvReader {
public:
    CsvReader(std::string_view text, char separator, std::string_view name)
        : text_(text), separator_(separator), name_(name) {}

    /// False at the end. Line ends outside of quotes end a row; empty lines give no row. Empty cells at a row's end are
    /// left out. Throws Error(failed) for a row that no table has.
    bool next_row(std::vector<std::string>& cells) {
        cells.clear();
        std::size_t empty = 0;  // cells behind the last that is filled
        std::string cell;
        while (at_ < text_.size() && (text_[at_] == '\n' || text_[at_] == '\r')) ++at_;
        if (at_ >= text_.size()) return false;
        do {
            cell.clear();
            read_cell(cell);
            ++empty;
            if (cell.empty()) continue;
            cells.resize(std::min(cells.size() + empty - 1, most_cells_in_row));
            if (cells.size() == most_cells_in_row) throw too_wide();
            cells.push_back(std::move(cell));
            empty = 0;
        } while (at_ < text_.size() && text_[at_] == separator_ && ++at_ > 0);
        return true;
    }

private:
    [[nodiscard]] Error too_wide() const {
        return Error(ErrorCode::failed, fmt::format("cannot read {}", printable_name(name_)))
            .because(fmt::format("a row has {} cells or more", most_cells_in_row));
    }

    void read_cell(std::string& cell) {
        std::size_t start = at_;
        while (start < text_.size() && text_[start] == ' ') ++start;
        if (start < text_.size() && text_[start] == '"' && read_quoted(start, cell)) return;
        const std::array<char, 3> ends = {separator_, '\n', '\r'};
        const std::size_t end = text_.find_first_of(std::string_view(ends.data(), ends.size()), at_);
        const std::size_t stop = std::min(end, text_.size());
        cell.assign(text_.substr(at_, stop - at_));
        at_ = stop;
    }

    /// The quoted cell whose quote stands at `start`; false when what follows shows that it was no such.
    bool read_quoted(std::size_t start, std::string& cell) {
        if (quotes_never_close_) return false;
        std::size_t at = start + 1;
        while (true) {
            const std::size_t quote = text_.find('"', at);
            if (quote == std::string_view::npos) {
                quotes_never_close_ = true;
                cell.clear();
                return false;
            }
            cell.append(text_.substr(at, quote - at));
            at = quote + 1;
            if (at >= text_.size() || text_[at] != '"') break;
            cell += '"';
            ++at;
        }
        at_ = at;
        // What stands behind the closing quote belongs to the cell still.
        const std::array<char, 3> ends = {separator_, '\n', '\r'};
        const std::size_t end =
            std::min(text_.find_first_of(std::string_view(ends.data(), ends.size()), at_), text_.size());
        cell.append(text_.substr(at_, end - at_));
        at_ = end;
        return true;
    }

    std::string_view text_;
    char separator_;
    std::string_view name_;  ///< Of the document, for messages.
    std::size_t at_ = 0;
    bool quotes_never_close_ = false;
};

/// How much a separator looks like the one: rows with as many cells as most have, and more cells, are better.
double evenness(std::string_view sample, char separator) {
    CsvReader reader(sample, separator, {});
    std::vector<std::string> cells;
    std::vector<std::size_t> widths;
    while (widths.size() < rows_looked_at && reader.next_row(cells)) widths.push_back(cells.size());
    if (widths.empty()) return 0;
    std::sort(widths.begin(), widths.end());
    const std::size_t usual = widths[widths.size() / 2];
    if (usual < 2) return 0;
    const auto even = std::count(widths.begin(), widths.end(), usual);
    const double share = static_cast<double>(even) / static_cast<double>(widths.size());
    return share + std::min(0.2, 0.01 * static_cast<double>(usual));
}

char sniff_separator(std::string_view text) {
    std::string_view sample = text.substr(0, bytes_looked_at);
    // A row that is cut off says nothing.
    if (sample.size() < text.size()) sample = sample.substr(0, sample.find_last_of('\n'));
    char best = ',';
    double most = evenness(sample, best);
    for (const char candidate : {';', '\t', '|'}) {
        const double even = evenness(sample, candidate);
        if (even > most) {
            most = even;
            best = candidate;
        }
    }
    return best;
}

/// Excel's own word for the separator, in a first line such as "sep=;"; 0 without one.
char named_separator(std::string_view text) {
    if (!text.starts_with("sep=") || text.size() < 6 || (text[5] != '\n' && text[5] != '\r')) return 0;
    return text[4];
}

/// The columns that hold something in any row.
std::vector<bool> find_filled_columns(CsvReader reader) {
    std::vector<bool> filled;
    std::vector<std::string> cells;
    while (reader.next_row(cells)) {
        if (cells.size() > filled.size()) filled.resize(cells.size(), false);
        for (std::size_t column = 0; column < cells.size(); ++column) {
            if (!trim(cells[column]).empty()) filled[column] = true;
        }
    }
    return filled;
}

void write_rows(std::string_view text, char separator, TextBuilder& builder) {
    CsvReader reader(text, separator, builder.watch().options().name);
    const std::vector<bool> filled = find_filled_columns(reader);
    const bool any_empty = std::find(filled.begin(), filled.end(), false) != filled.end();
    std::vector<std::string> cells;
    bool first = true;
    while (reader.next_row(cells)) {
        if (any_empty) {
            std::size_t column = 0;
            std::erase_if(cells, [&](const std::string&) { return !filled[column++]; });
        }
        if (first) builder.begin_table(cells.size());
        first = false;
        builder.row(cells);
    }
    builder.end_table();
}

document::Document extract_rows(std::string bytes, const ExtractOptions& options, char separator,
                                std::string_view media_type) {
    const DecodedText source = decode_text(std::move(bytes), options.name);
    std::string_view text = source.text;
    if (const char named = named_separator(text); named != 0) {
        separator = named;
        text.remove_prefix(6);
    }
    if (separator == 0) separator = sniff_separator(text);
    TextBuilder builder(options, media_type);
    note_source(source, builder.document());
    write_rows(text, separator, builder);
    return builder.finish();
}

}  // namespace

document::Document extract_csv(std::string bytes, const ExtractOptions& options) {
    return extract_rows(std::move(bytes), options, 0, "text/csv");
}

document::Document extract_tsv(std::string bytes, const ExtractOptions& options) {
    return extract_rows(std::move(bytes), options, '\t', "text/tab-separated-values");
}

void write_csv_table(std::string_view text, TextBuilder& builder) { write_rows(text, ',', builder); }

}  // namespace quarry::extract
