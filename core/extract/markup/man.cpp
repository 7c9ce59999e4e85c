#include "core/extract/markup/man.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/error.h"
#include "core/base/text.h"
#include "core/extract/encoding.h"
#include "core/extract/markup/mdoc.h"
#include "core/extract/markup/roff.h"
#include "core/extract/markup/source_lines.h"
#include "core/extract/text_builder.h"

namespace quarry::extract {
namespace {

template <typename... Names>
bool is_any(std::string_view macro, Names... names) {
    return ((macro == names) || ...);
}

/// Reads a manual page line by line, as man(7) and mdoc(7) say what the macros mean.
class ManReader {
public:
    ManReader(const SourceLines& lines, TextBuilder& builder) : lines_(lines), builder_(builder) {}

    void read() {
        for (at_ = 0; at_ < lines_.size(); ++at_) {
            builder_.watch().poll();
            const std::string_view line = lines_[at_];
            const bool request = !line.empty() && (line.front() == '.' || line.front() == '\'');
            if (!request) {
                add_text(line);
                continue;
            }
            const std::size_t start = std::min(line.find_first_not_of(" \t", 1), line.size());
            const std::size_t end = std::min(line.find_first_of(" \t", start), line.size());
            read_macro(line.substr(start, end - start), line.substr(end));
        }
        end_lists(0);
    }

private:
    void read_macro(std::string_view macro, std::string_view rest) {
        if (macro.empty() || macro.starts_with("\\\"")) return;
        if (read_page_macro(macro, rest) || read_block_macro(macro, rest) || read_list_macro(macro, rest)) return;
        if (is_mdoc_text_macro(macro)) {
            std::vector<std::string> words = roff_arguments(rest);
            words.emplace(words.begin(), macro);
            if (macro == "Nm" && section_ == "SYNOPSIS") flush();
            add_words(mdoc_words(words, name_));
        } else if (is_any(macro, "B", "I", "SM", "SB", "BR", "RB", "BI", "IB", "IR", "RI", "CW", "UR", "MT", "PN")) {
            const bool joined = macro.size() == 2 && !is_any(macro, "SM", "SB", "CW", "UR", "MT", "PN");
            add_words(joined_arguments(rest, joined ? "" : " "));
        } else if (is_any(macro, "OP", "SY")) {
            const std::string words = joined_arguments(rest, " ");
            if (macro == "SY") flush();
            add_words(macro == "OP" ? "[" + words + "]" : words);
        } else if (macro == "MR") {
            const auto words = roff_arguments(rest);
            if (words.size() > 1) add_words(words[0] + "(" + words[1] + ")" + (words.size() > 2 ? words[2] : ""));
        }
    }

    /// Titles and sections.
    bool read_page_macro(std::string_view macro, std::string_view rest) {
        if (macro == "TH" || macro == "Dt") {
            const auto words = roff_arguments(rest);
            if (words.empty()) return true;
            const std::string section =
                words.size() > 1 && !words[1].empty() ? fmt::format("({})", words[1]) : std::string();
            builder_.document().title = roff_plain(words[0]) + section;
            if (macro == "TH" && words.size() > 2) builder_.add_metadata("modified", roff_plain(words[2]));
        } else if (macro == "Dd") {
            builder_.add_metadata("modified", joined_arguments(rest, " "));
        } else if (is_any(macro, "SH", "SS", "Sh", "Ss")) {
            end_lists(0);
            margins_.clear();
            std::string words = joined_arguments(rest, " ");
            // The title may stand on the next line.
            if (words.empty() && at_ + 1 < lines_.size() && !lines_[at_ + 1].starts_with('.')) {
                words = roff_plain(lines_[++at_]);
            }
            if (macro[1] == 'H' || macro[1] == 'h') section_ = words;
            builder_.heading(macro[1] == 'H' || macro[1] == 'h' ? 2 : 3, words);
        } else if (is_any(macro, "de", "am", "ig")) {
            // Up to ".." or the ending that is named.
            const auto words = roff_arguments(rest);
            const std::size_t named = macro == "ig" ? 0 : 1;
            const std::string ending = "." + (words.size() > named ? words[named] : std::string("."));
            while (at_ + 1 < lines_.size() && trim(lines_[at_ + 1]) != ending) ++at_;
            ++at_;
        } else {
            return false;
        }
        return true;
    }

    /// Paragraphs, examples and tables.
    bool read_block_macro(std::string_view macro, std::string_view rest) {
        if (is_any(macro, "PP", "P", "LP", "HP", "Pp", "sp", "YS")) {
            flush();
            if (is_any(macro, "PP", "P", "LP", "HP") && !in_mdoc_list()) end_lists(margin());
        } else if (macro == "RS") {
            flush();
            margins_.push_back(lists_.size());
        } else if (macro == "RE") {
            end_lists(margin());
            if (!margins_.empty()) margins_.pop_back();
        } else if (macro == "br") {
            if (!words_.empty()) words_ += '\n';
        } else if (is_any(macro, "nf", "EX", "Vb") || (macro == "Bd" && is_unfilled(rest))) {
            flush();
            in_code_ = true;
        } else if (is_any(macro, "fi", "EE", "Ve", "Ed")) {
            flush();
            in_code_ = false;
        } else if (macro == "TS") {
            flush();
            read_table();
        } else if (is_any(macro, "D1", "Dl")) {
            flush();
            std::vector<std::string> words = roff_arguments(rest);
            builder_.code(mdoc_words(words, name_), "");
        } else {
            return false;
        }
        return true;
    }

    static bool is_unfilled(std::string_view rest) {
        return rest.find("-literal") != std::string_view::npos || rest.find("-unfilled") != std::string_view::npos;
    }

    bool read_list_macro(std::string_view macro, std::string_view rest) {
        if (macro == "TP" || macro == "TQ") {
            begin_term();
            if (at_ + 1 < lines_.size()) read_term_line();
        } else if (macro == "IP") {
            const auto words = roff_arguments(rest);
            const std::string mark = words.empty() ? std::string() : roff_plain(words[0]);
            if (mark.empty()) {  // another paragraph of the same item
                flush();
                return true;
            }
            begin_term(mark);
            const bool bullet = mark == "\xE2\x80\xA2" || mark == "o" || mark == "*" || mark == "-";
            if (!bullet && item_marker_length(mark, "") == 0) add_words(mark);
            flush();
        } else if (macro == "Bl") {
            flush();
            builder_.begin_list();
            lists_.push_back({true, false});
        } else if (macro == "It") {
            if (!in_mdoc_list()) return true;
            end_item();
            builder_.begin_item("-");
            lists_.back().in_item = true;
            std::vector<std::string> words = roff_arguments(rest);
            add_words(mdoc_words(words, name_));
            flush();
        } else if (macro == "El") {
            if (in_mdoc_list()) end_lists(lists_.size() - 1);
        } else {
            return false;
        }
        return true;
    }

    /// The line behind .TP is the term; it may be a macro.
    void read_term_line() {
        const std::string_view line = lines_[at_ + 1];
        if (line.starts_with(".TP") || line.starts_with(".TQ")) return;
        ++at_;
        if (line.starts_with('.')) {
            const std::size_t end = std::min(line.find_first_of(" \t"), line.size());
            read_macro(line.substr(1, end - 1), line.substr(end));
        } else {
            add_text(line);
        }
        flush();
    }

    void begin_term(std::string_view mark = {}) {
        flush();
        if (lists_.size() <= margin() || lists_.back().mdoc) {
            builder_.begin_list();
            lists_.push_back({false, false});
        }
        end_item();
        builder_.begin_item(item_marker_length(mark, "") > 0 ? markdown_marker(mark) : "-");
        lists_.back().in_item = true;
    }

    void end_item() {
        flush();
        if (lists_.back().in_item) builder_.end_item();
        lists_.back().in_item = false;
    }

    void end_lists(std::size_t left) {
        flush();
        while (lists_.size() > left) {
            end_item();
            builder_.end_list();
            lists_.pop_back();
        }
        if (left == 0) in_code_ = false;
    }

    /// Number of the lists that .RS has gone into: those stay open.
    [[nodiscard]] std::size_t margin() const { return margins_.empty() ? 0 : std::min(margins_.back(), lists_.size()); }
    [[nodiscard]] bool in_mdoc_list() const { return !lists_.empty() && lists_.back().mdoc; }

    /// tbl(1): options end with ";", formats with ".", cells are divided by tabs or what tab(x) names.
    void read_table() {
        char separator = '\t';
        bool in_formats = true;
        std::vector<std::string> cells;
        bool open = false;
        for (++at_; at_ < lines_.size() && lines_[at_] != ".TE"; ++at_) {
            const std::string_view line = lines_[at_];
            if (in_formats) {
                const std::size_t tab = line.find("tab");
                if (line.ends_with(';') && tab != std::string_view::npos && tab + 4 < line.size()) {
                    separator = line[line.find('(', tab) == std::string_view::npos ? tab + 4 : line.find('(', tab) + 1];
                }
                if (static_cast<unsigned char>(separator) >= 0x80) separator = '\t';
                in_formats = !trim(line).ends_with('.');
                continue;
            }
            if (line.starts_with('.') || trim(line).find_first_not_of("_=") == std::string_view::npos) continue;
            cells.clear();
            std::string text(line);
            // T{ … T} is a cell of several lines.
            while (text.ends_with("T{") && at_ + 1 < lines_.size()) {
                text.resize(text.size() - 2);
                for (++at_; at_ < lines_.size() && !lines_[at_].starts_with("T}"); ++at_) {
                    if (!lines_[at_].starts_with('.')) text.append(lines_[at_]).append(" ");
                }
                if (at_ < lines_.size()) text.append(lines_[at_].substr(2));
            }
            for (const std::string_view cell : split(text, separator)) cells.push_back(roff_plain(cell));
            if (!open) builder_.begin_table(cells.size());
            open = true;
            builder_.row(cells);
        }
        if (open) builder_.end_table();
    }

    static std::string joined_arguments(std::string_view rest, std::string_view between) {
        std::string words;
        for (const std::string& argument : roff_arguments(rest)) {
            if (!words.empty()) words += between;
            words += roff_plain(argument);
        }
        return words;
    }

    void add_text(std::string_view line) {
        if (in_code_) {
            words_.append(roff_plain(line)).append("\n");
        } else if (is_blank_source(line)) {
            flush();
        } else {
            add_words(roff_plain(line));
        }
    }

    void add_words(std::string_view words) {
        if (words.empty()) return;
        if (!words_.empty() && words_.back() != '\n') words_ += ' ';
        words_ += words;
        if (in_code_) words_ += '\n';
    }

    void flush() {
        if (in_code_) {
            builder_.code(words_, "");
        } else {
            builder_.paragraph(words_);
        }
        words_.clear();
    }

    struct List {
        bool mdoc;
        bool in_item;
    };

    const SourceLines& lines_;
    TextBuilder& builder_;
    std::size_t at_ = 0;
    std::string words_;
    std::string name_;     ///< Of .Nm.
    std::string section_;  ///< The title of the section.
    bool in_code_ = false;
    std::vector<List> lists_;
    std::vector<std::size_t> margins_;  ///< How many lists were open at each .RS.
};

}  // namespace

bool is_manual_page(std::string_view text) {
    constexpr std::size_t lines_looked_at = 200;
    for (std::size_t at = 0, line = 0; at < text.size() && line < lines_looked_at; ++line) {
        const std::string_view rest = text.substr(at);
        for (const std::string_view request : {".\\\"", "'\\\"", ".TH ", ".Dd", ".SH", ".Sh ", ".so "}) {
            if (rest.starts_with(request)) return true;
        }
        const std::size_t end = rest.find('\n');
        if (end == std::string_view::npos) break;
        at += end + 1;
    }
    return false;
}

document::Document extract_man(std::string bytes, const ExtractOptions& options) {
    const DecodedText source = decode_text(std::move(bytes), options.name);
    TextBuilder builder(options, "text/troff");
    note_source(source, builder.document());
    if (is_manual_page(source.text)) {
        const SourceLines lines = source_lines(source.text);
        ManReader(lines, builder).read();
    } else {
        builder.paragraph(source.text);
    }
    return builder.finish();
}

}  // namespace quarry::extract
