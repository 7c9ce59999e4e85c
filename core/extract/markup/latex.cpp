#include "core/extract/markup/latex.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/text.h"
#include "core/extract/encoding.h"
#include "core/extract/markup/latex_scanner.h"
#include "core/extract/text_builder.h"

namespace quarry::extract {
namespace {

template <typename... Names>
bool is_any_of(std::string_view name, Names... names) {
    return ((name == names) || ...);
}

/// Writes the words of LaTeX, as blocks where they are such.
class LatexReader {
public:
    explicit LatexReader(TextBuilder& builder) : builder_(builder) {}

    void read_document(std::string_view source) {
        const std::size_t begin = source.find("\\begin{document}");
        if (begin != std::string_view::npos) read_preamble(source.substr(0, begin));
        read(begin == std::string_view::npos ? source : source.substr(begin + 16), 0);
    }

private:
    void read_preamble(std::string_view preamble) {
        LatexScanner scanner(preamble);
        while (!scanner.at_end()) {
            const char c = scanner.take();
            if (c == '%') scanner.skip_comment();
            if (c == '\\') read_title(scanner.take_command(), scanner);
        }
    }

    bool read_title(std::string_view command, LatexScanner& scanner) {
        if (!is_any_of(command, "title", "author", "date")) return false;
        scanner.take_brackets();
        const std::string words = inline_words(scanner.take_braces(), 1);
        if (command == "title") builder_.heading(1, words);
        if (command == "author") builder_.add_metadata("author", words);
        if (command == "date") builder_.add_metadata("created", words);
        return true;
    }

    /// The words of a piece of text that makes no blocks, such as a title.
    std::string inline_words(std::string_view source, std::size_t depth) {
        std::string around = std::exchange(words_, {});
        const bool was_inline = std::exchange(inline_, true);
        read(source, depth + 1);
        inline_ = was_inline;
        return std::exchange(words_, std::move(around));
    }

    void read(std::string_view source, std::size_t depth) {
        builder_.watch().require_depth(depth);
        LatexScanner scanner(source);
        while (!scanner.at_end()) {
            builder_.watch().poll();
            const char c = scanner.take();
            switch (c) {
                case '%': scanner.skip_comment(); break;
                case '\\': read_command(scanner, depth); break;
                case '$': read_dollars(scanner); break;
                case '{':
                case '}': break;
                case '~': words_ += ' '; break;
                case '\n': read_line_end(scanner); break;
                case '`': add_pair(scanner, '`', "\xE2\x80\x9C", "\xE2\x80\x98"); break;
                case '\'': add_pair(scanner, '\'', "\xE2\x80\x9D", "\xE2\x80\x99"); break;
                case '-': read_dashes(scanner); break;
                default: words_ += c;
            }
        }
        if (!inline_) flush();
    }

    void add_pair(LatexScanner& scanner, char second, std::string_view both, std::string_view one) {
        const bool pair = !scanner.at_end() && scanner.peek() == second;
        if (pair) scanner.skip(1);
        words_ += pair ? both : one;
    }

    void read_dashes(LatexScanner& scanner) {
        std::size_t dashes = 1;
        while (dashes < 3 && !scanner.at_end() && scanner.peek() == '-') {
            scanner.skip(1);
            ++dashes;
        }
        words_ += dashes == 1 ? "-" : dashes == 2 ? "\xE2\x80\x93" : "\xE2\x80\x94";
    }

    /// An empty line ends a paragraph.
    void read_line_end(LatexScanner& scanner) {
        while (!scanner.at_end() && (scanner.peek() == ' ' || scanner.peek() == '\t' || scanner.peek() == '\r')) {
            scanner.skip(1);
        }
        if (!scanner.at_end() && scanner.peek() == '\n' && !inline_) flush();
        if (!words_.empty() && words_.back() != ' ') words_ += ' ';
    }

    void read_dollars(LatexScanner& scanner) {
        if (!scanner.at_end() && scanner.peek() == '$') {
            scanner.skip(1);
            write_formula(scanner.take_until("$$"));
            return;
        }
        words_.append("$").append(scanner.take_until("$")).append("$");
    }

    void write_formula(std::string_view formula) {
        if (inline_) {
            words_.append("$").append(trim(formula)).append("$");
            return;
        }
        flush();
        builder_.code(trim(formula), "math");
    }

    void read_command(LatexScanner& scanner, std::size_t depth) {
        const std::string command = scanner.take_command();
        if (command == "begin") {
            read_environment(scanner, depth);
        } else if (command == "end") {
            scanner.take_braces();
        } else if (command == "\\" || command == "newline" || command == "linebreak") {
            scanner.take_brackets();
            words_ += inline_ ? ' ' : '\n';
        } else if (command == "par") {
            flush();
        } else if (command == "(" || command == "[") {
            const std::string_view formula = scanner.take_until(command == "(" ? "\\)" : "\\]");
            if (command == "(") words_.append("$").append(trim(formula)).append("$");
            if (command == "[") write_formula(formula);
        } else if (command == "verb") {
            if (!scanner.at_end()) words_ += scanner.take_until(scanner.take_character());
        } else if (read_section(command, scanner, depth) || read_reference(command, scanner, depth) ||
                   read_title(command, scanner) || read_accent(command, scanner)) {
            return;
        } else if (const std::string_view symbol = latex_symbol(command); !symbol.empty()) {
            words_ += symbol;
        } else if (command == "hypertarget" || command == "texorpdfstring" || command == "textcolor") {
            scanner.take_braces();
        } else if (is_silent(command)) {
            scanner.take_brackets();
            while (!scanner.take_braces().empty()) {
            }
        } else {
            // The words in the braces of an unknown command are read as the text goes on.
            scanner.take_brackets();
        }
    }

    /// Commands whose arguments are no words for a reader.
    static bool is_silent(std::string_view command) {
        return is_any_of(command, "label", "usepackage", "documentclass", "vspace", "hspace", "includegraphics",
                         "bibliographystyle", "bibliography", "input", "include", "pagestyle", "thispagestyle",
                         "setlength", "addtolength", "setcounter", "newcommand", "renewcommand", "providecommand",
                         "newenvironment", "def", "index", "hypersetup", "definecolor", "color", "graphicspath",
                         "newtheorem", "phantom", "vphantom", "hphantom", "fontsize", "selectlanguage", "bibitem",
                         "addcontentsline", "pgfplotsset", "tikzset", "lstset", "DeclareMathOperator", "geometry",
                         "cline", "cmidrule", "hyphenation", "thanks");
    }

    bool read_section(std::string_view command, LatexScanner& scanner, std::size_t depth) {
        static constexpr std::array<std::string_view, 6> sections = {"part",       "chapter",       "section",
                                                                     "subsection", "subsubsection", "paragraph"};
        const auto* const found = std::find(sections.begin(), sections.end(), command);
        if (found == sections.end() || inline_) return false;
        flush();
        scanner.take_brackets();
        const std::string words = inline_words(scanner.take_braces(), depth);
        // Below the title: a section is of level 2, whether or not there are chapters.
        const int level = std::max(1, static_cast<int>(found - sections.begin()));
        if (builder_.depth() > 0) {
            builder_.paragraph(words);
        } else {
            builder_.heading(level, words);
        }
        return true;
    }

    bool read_reference(std::string_view command, LatexScanner& scanner, std::size_t depth) {
        if (command.starts_with("cite") || is_any_of(command, "parencite", "textcite", "autocite")) {
            scanner.take_brackets();
            scanner.take_brackets();
            words_ += fmt::format("[{}]", scanner.take_braces());
        } else if (is_any_of(command, "ref", "eqref", "autoref", "cref", "Cref", "pageref")) {
            words_ += scanner.take_braces();
        } else if (command == "footnote") {
            words_ += fmt::format(" ({})", trim(inline_words(scanner.take_braces(), depth)));
        } else if (command == "href") {
            scanner.take_braces();
            words_ += inline_words(scanner.take_braces(), depth);
        } else if (command == "url" || command == "nolinkurl") {
            words_ += scanner.take_braces();
        } else if (command == "caption") {
            scanner.take_brackets();
            flush();
            builder_.paragraph(inline_words(scanner.take_braces(), depth));
        } else {
            return false;
        }
        return true;
    }

    bool read_accent(std::string_view command, LatexScanner& scanner) {
        if (command.size() != 1 || std::string_view("'`^\"~=.uvHckr").find(command[0]) == std::string_view::npos) {
            return false;
        }
        std::string_view letter = scanner.take_braces();
        std::string taken;
        if (letter.empty() && !scanner.at_end()) {
            taken = scanner.take_character();
            if (taken == "\\") taken += scanner.take_command();
            letter = taken;
        }
        words_ += latex_accented(command[0], letter);
        return true;
    }

    void read_environment(LatexScanner& scanner, std::size_t depth) {
        const std::string name(scanner.take_braces());
        std::string_view plain_name = name;
        if (plain_name.ends_with('*')) plain_name.remove_suffix(1);
        if (inline_) return;
        if (is_any_of(plain_name, "verbatim", "lstlisting", "minted", "Verbatim", "alltt")) {
            const std::string_view options = scanner.take_brackets();
            const std::string language(plain_name == "minted" ? scanner.take_braces() : language_of(options));
            flush();
            builder_.code(scanner.take_until("\\end{" + name + "}"), ascii_lower(language));
        } else if (is_any_of(plain_name, "equation", "align", "gather", "multline", "eqnarray", "displaymath", "math",
                             "flalign", "alignat")) {
            write_formula(scanner.take_until("\\end{" + name + "}"));
        } else if (is_any_of(plain_name, "comment", "tikzpicture", "picture", "thebibliography", "filecontents")) {
            const std::string_view content = scanner.take_until("\\end{" + name + "}");
            if (plain_name == "thebibliography") read_bibliography(content, depth);
        } else if (is_any_of(plain_name, "tabular", "tabularx", "longtable", "tabulary", "array")) {
            if (is_any_of(plain_name, "tabularx", "tabulary")) scanner.take_braces();
            scanner.take_brackets();
            scanner.take_braces();
            flush();
            write_table(scanner.take_until("\\end{" + name + "}"), depth);
        } else if (is_any_of(plain_name, "itemize", "enumerate", "description")) {
            scanner.take_brackets();
            flush();
            write_list(take_environment(scanner, name), plain_name == "enumerate", depth);
        } else if (is_any_of(plain_name, "quote", "quotation", "verse")) {
            flush();
            builder_.begin_quote();
            read(take_environment(scanner, name), depth + 1);
            builder_.end_quote();
        } else {
            scanner.take_brackets();
            flush();
            if (plain_name == "abstract" && builder_.depth() == 0) builder_.heading(2, "Abstract");
        }
    }

    static std::string_view language_of(std::string_view options) {
        const std::size_t at = options.find("language=");
        if (at == std::string_view::npos) return {};
        const std::string_view rest = options.substr(at + 9);
        return trim(rest.substr(0, rest.find(',')));
    }

    /// The content of an environment that may hold others of its name.
    static std::string_view take_environment(LatexScanner& scanner, const std::string& name) {
        const std::string_view content = scanner.rest();
        const std::string begin = "\\begin{" + name + "}";
        const std::string end = "\\end{" + name + "}";
        std::size_t length = 0;
        for (std::size_t open = 1; open > 0 && !scanner.at_end();) {
            const std::string_view piece = scanner.take_until(end);
            --open;
            for (std::size_t at = piece.find(begin); at != std::string_view::npos; at = piece.find(begin, at + 1))
                ++open;
            length += piece.size() + (open > 0 ? end.size() : 0);
        }
        return content.substr(0, length);
    }

    void write_list(std::string_view content, bool numbered, std::size_t depth) {
        builder_.begin_list();
        int number = 0;
        for (std::string_view item : split_items(content)) {
            builder_.begin_item(numbered ? fmt::format("{}.", ++number) : "-");
            LatexScanner scanner(item);
            const std::string term = inline_words(scanner.take_brackets(), depth);
            if (!term.empty()) words_ = term + " ";
            read(scanner.rest(), depth + 1);
            builder_.end_item();
        }
        builder_.end_list();
    }

    /// What stands behind each \item of this list, and not of those within it.
    static std::vector<std::string_view> split_items(std::string_view content) {
        std::vector<std::string_view> items;
        std::size_t depth = 0;
        std::size_t start = std::string_view::npos;
        for (std::size_t at = content.find('\\'); at != std::string_view::npos; at = content.find('\\', at + 1)) {
            const std::string_view rest = content.substr(at);
            if (rest.starts_with("\\begin{")) ++depth;
            if (rest.starts_with("\\end{") && depth > 0) --depth;
            if (depth > 0 || !rest.starts_with("\\item")) continue;
            if (start != std::string_view::npos) items.push_back(content.substr(start, at - start));
            start = at + 5;
        }
        if (start != std::string_view::npos) items.push_back(content.substr(start));
        return items;
    }

    void write_table(std::string_view content, std::size_t depth) {
        std::vector<std::string> cells;
        bool open = false;
        std::string cell;
        const auto end_row = [&] {
            cells.push_back(inline_words(std::exchange(cell, {}), depth));
            if (cells.size() > 1 || !trim(cells.front()).empty()) {
                if (!open) builder_.begin_table(cells.size());
                open = true;
                builder_.row(cells);
            }
            cells.clear();
        };
        LatexScanner scanner(content);
        while (!scanner.at_end()) {
            const char c = scanner.take();
            if (c == '%') {
                scanner.skip_comment();
            } else if (c == '&') {
                cells.push_back(inline_words(std::exchange(cell, {}), depth));
            } else if (c != '\\') {
                cell += c;
            } else if (scanner.starts_with("\\")) {
                scanner.skip(1);
                scanner.take_brackets();
                end_row();
            } else if (scanner.starts_with("multicolumn") || scanner.starts_with("multirow")) {
                scanner.take_command();
                scanner.take_braces();
                scanner.take_braces();
            } else {
                cell += c;
                if (!scanner.at_end()) cell += scanner.take();
            }
        }
        end_row();
        if (open) builder_.end_table();
    }

    /// Each \bibitem is an item.
    void read_bibliography(std::string_view content, std::size_t depth) {
        builder_.begin_list();
        for (std::size_t at = content.find("\\bibitem"); at != std::string_view::npos;) {
            const std::size_t next = content.find("\\bibitem", at + 8);
            LatexScanner scanner(content.substr(at + 8, next == std::string_view::npos ? next : next - at - 8));
            scanner.take_brackets();
            const std::string key(scanner.take_braces());
            builder_.begin_item("-");
            words_ = fmt::format("[{}] ", key);
            read(scanner.rest(), depth + 1);
            builder_.end_item();
            at = next;
        }
        builder_.end_list();
    }

    void flush() {
        if (inline_) return;
        builder_.paragraph(words_);
        words_.clear();
    }

    TextBuilder& builder_;
    std::string words_;
    bool inline_ = false;  ///< Within a title or a cell, which make no blocks.
};

}  // namespace

document::Document extract_latex(std::string bytes, const ExtractOptions& options) {
    const DecodedText source = decode_text(std::move(bytes), options.name);
    TextBuilder builder(options, "application/x-tex");
    note_source(source, builder.document());
    LatexReader(builder).read_document(source.text);
    return builder.finish();
}

}  // namespace quarry::extract
