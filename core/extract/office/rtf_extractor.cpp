#include "core/extract/office/rtf_extractor.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/text.h"
#include "core/extract/office/budget.h"
#include "core/extract/office/list_writer.h"
#include "core/extract/office/rtf_destinations.h"
#include "core/extract/office/rtf_text.h"
#include "core/extract/office/rtf_tokens.h"
#include "core/extract/office/table_rows.h"
#include "core/extract/office/xml.h"
#include "core/extract/text_builder.h"

namespace quarry::extract {
namespace {

/// Twips by which writers set in a level of a list: a quarter of an inch.
constexpr int indent_of_level = 360;
constexpr std::size_t longest_mark = 6;

class RtfReader {
public:
    RtfReader(std::string_view bytes, std::string_view media_type, const ExtractOptions& options)
        : budget_("RTF", options), tokens_(bytes), builder_(options, media_type), lists_(builder_), rows_(budget_) {
        if (!bytes.starts_with("{\\rtf")) {
            throw budget_.refusal("it does not begin with {\\rtf", "check its file extension");
        }
    }

    document::Document read() {
        while (const auto token = tokens_.next()) {
            budget_.check();
            handle(*token);
        }
        end_paragraph();
        end_table();
        write_footnotes();
        return builder_.finish();
    }

private:
    /// Where the text of a group goes.
    enum class Place {
        body,
        skip,
        label,
        footnote,
        fonts,
        styles,
        title,
        author,
        subject,
        keywords,
        created,
        modified,
        info
    };

    struct Group {
        Place place = Place::body;
        bool hidden = false;
        bool deleted = false;
        int code_page = 1252;
        int skip_after_unicode = 1;
        bool optional = false;  ///< \* was seen: what follows may be unknown.
    };

    void handle(const RtfToken& token) {
        if (token.kind == RtfToken::Kind::open) return open();
        if (token.kind == RtfToken::Kind::close) return close();
        // After \uN come that many characters for readers that do not know it.
        if (token.kind == RtfToken::Kind::byte && to_skip_ > 0) {
            --to_skip_;
            return;
        }
        switch (token.kind) {
            case RtfToken::Kind::word: return word(token.text, token.number);
            case RtfToken::Kind::symbol: return symbol(token.text.front());
            case RtfToken::Kind::byte: {
                const char byte = static_cast<char>(*token.number);
                return bytes(std::string_view(&byte, 1));
            }
            default: {
                const std::size_t skipped = std::min<std::size_t>(to_skip_, token.text.size());
                to_skip_ -= static_cast<int>(skipped);
                return bytes(token.text.substr(skipped));
            }
        }
    }

    void open() {
        to_skip_ = 0;
        if (groups_.size() >= budget_.limits().max_depth) {
            throw budget_.over_limit(fmt::format("its groups are nested deeper than {}", budget_.limits().max_depth));
        }
        groups_.push_back(group_);
        group_.optional = false;
    }

    void close() {
        to_skip_ = 0;
        if (groups_.empty()) return;
        const Place place = group_.place;
        group_ = groups_.back();
        groups_.pop_back();
        if (place == Place::styles && group_.place == Place::styles) return end_style();
        if (place == group_.place) return;
        if (place == Place::footnote) end_footnote();
        if (place == Place::label) label_ = std::string(trim(side_.take()));
        if (place >= Place::title && place <= Place::modified) end_property(place);
        side_ = {};
    }

    [[nodiscard]] RtfText* target() {
        switch (group_.place) {
            case Place::body: return &text_;
            case Place::footnote: return &note_;
            case Place::label:
            case Place::styles:
            case Place::title:
            case Place::author:
            case Place::subject:
            case Place::keywords: return &side_;
            default: return nullptr;
        }
    }

    /// Where characters go now; null when they are not shown.
    [[nodiscard]] RtfText* visible_target() {
        RtfText* const to = target();
        if (to == nullptr || group_.deleted) return nullptr;
        if (group_.hidden) {
            // A run of hidden characters counts once.
            if (!std::exchange(counted_hidden_, true)) builder_.count_removed("hidden text");
            return nullptr;
        }
        return to;
    }

    void bytes(std::string_view content) {
        if (content.empty()) return;
        if (RtfText* const to = visible_target()) {
            to->set_code_page(group_.code_page);
            to->add_bytes(content);
        }
    }

    void utf8(std::string_view content) {
        if (RtfText* const to = visible_target()) to->add_utf8(content);
    }

    void symbol(char c) {
        switch (c) {
            case '*': group_.optional = true; break;
            case '~': utf8("\u00A0"); break;
            case '_': utf8("-"); break;
            case '-': break;  // a place for a hyphen
            case '\n':
            case '\r': paragraph_mark(); break;
            case '\t': utf8("\t"); break;
            case '\\':
            case '{':
            case '}': bytes(std::string_view(&c, 1)); break;
            default: break;
        }
    }

    void word(std::string_view name, std::optional<int> number) {
        if (std::exchange(group_.optional, false) && !is_read_though_optional(name)) {
            group_.place = Place::skip;
            return;
        }
        if (is_skipped_destination(name)) {
            group_.place = Place::skip;
        } else if (!destination(name) && !property(name, number) && !character(name, number)) {
            paragraph_word(name, number);
        }
    }

    bool destination(std::string_view name) {
        constexpr auto places = std::to_array<std::pair<std::string_view, Place>>({{"fonttbl", Place::fonts},
                                                                                   {"info", Place::info},
                                                                                   {"stylesheet", Place::styles},
                                                                                   {"listtext", Place::label},
                                                                                   {"pntext", Place::label},
                                                                                   {"footnote", Place::footnote},
                                                                                   {"title", Place::title},
                                                                                   {"author", Place::author},
                                                                                   {"subject", Place::subject},
                                                                                   {"keywords", Place::keywords},
                                                                                   {"creatim", Place::created}});
        for (const auto& [known, place] : places) {
            if (known != name) continue;
            if (group_.place == Place::skip) return true;
            if (place >= Place::title && place <= Place::modified && group_.place != Place::info) return true;
            if (place == Place::footnote) begin_footnote();
            group_.place = place;
            return true;
        }
        return false;
    }

    bool property(std::string_view name, std::optional<int> number) {
        const int value = number.value_or(1);
        if (name == "v") {
            group_.hidden = value != 0;
            counted_hidden_ = counted_hidden_ && group_.hidden;
        } else if (name == "deleted") {
            group_.deleted = value != 0;
        } else if (name == "plain") {
            group_.hidden = group_.deleted = false;
            group_.code_page = code_page_;
        } else if (name == "uc") {
            group_.skip_after_unicode = std::clamp(value, 0, 16);
        } else if (name == "ansicpg") {
            code_page_ = group_.code_page = value;
        } else if (name == "mac" || name == "pc" || name == "pca") {
            code_page_ = group_.code_page = name == "mac" ? 10000 : name == "pc" ? 437 : 850;
        } else if (name == "deff") {
            return true;
        } else if (name == "f") {
            select_font(value);
        } else if (name == "fcharset") {
            if (group_.place == Place::fonts) fonts_[font_] = rtf_charset_code_page(value);
        } else {
            return date_part(name, value);
        }
        return true;
    }

    void select_font(int number) {
        font_ = number;
        if (group_.place == Place::fonts) return;
        const auto font = fonts_.find(number);
        group_.code_page = font == fonts_.end() || font->second == 0 ? code_page_ : font->second;
    }

    bool date_part(std::string_view name, int value) {
        if (group_.place != Place::created) return false;
        constexpr auto parts = std::to_array<std::string_view>({"yr", "mo", "dy", "hr", "min", "sec"});
        for (std::size_t index = 0; index < parts.size(); ++index) {
            if (parts[index] == name) date_[index] = std::clamp(value, 0, 9999);
        }
        return true;
    }

    bool character(std::string_view name, std::optional<int> number) {
        constexpr auto characters =
            std::to_array<std::pair<std::string_view, std::string_view>>({{"tab", "\t"},
                                                                          {"line", "\n"},
                                                                          {"lquote", "\u2018"},
                                                                          {"rquote", "\u2019"},
                                                                          {"ldblquote", "\u201C"},
                                                                          {"rdblquote", "\u201D"},
                                                                          {"bullet", "\u2022"},
                                                                          {"endash", "\u2013"},
                                                                          {"emdash", "\u2014"},
                                                                          {"enspace", " "},
                                                                          {"emspace", " "},
                                                                          {"qmspace", " "}});
        if (name == "u") {
            if (RtfText* const to = visible_target()) to->add_unit(number.value_or(0));
            to_skip_ = group_.skip_after_unicode;
            return true;
        }
        for (const auto& [known, text] : characters) {
            if (known != name) continue;
            utf8(text);
            return true;
        }
        return false;
    }

    void paragraph_word(std::string_view name, std::optional<int> number) {
        if (group_.place == Place::footnote && name == "par") return note_.add_utf8("\n");
        if (group_.place == Place::styles && name == "s") style_ = number.value_or(0);
        if (group_.place != Place::body) return;
        if (name == "par" || name == "sect") {
            paragraph_mark();
        } else if (name == "pard") {
            outline_level_ = -1;
            list_level_ = indent_ = 0;
            in_table_ = false;
        } else if (name == "s") {
            const auto level = style_levels_.find(number.value_or(0));
            if (level != style_levels_.end()) outline_level_ = level->second;
        } else if (name == "li") {
            indent_ = number.value_or(0);
        } else if (name == "outlinelevel") {
            outline_level_ = number.value_or(0);
        } else if (name == "ilvl") {
            list_level_ = std::clamp(number.value_or(0), 0, 8);
        } else if (name == "intbl") {
            in_table_ = true;
        } else if (name == "cell" || name == "nestcell") {
            rows_.cell(cell_ + text_.take());
            cell_.clear();
            row_open_ = true;
        } else if (name == "row") {
            if (std::exchange(row_open_, false)) rows_.begin_row();
        } else if (name == "page" || name == "pagebb") {
            page_break();
        }
    }

    void page_break() {
        end_paragraph();
        // The first page begins where the text does, which is known to have pages only now.
        auto& starts = builder_.document().page_starts;
        if (starts.empty()) starts.push_back(0);
        builder_.begin_page();
    }

    void paragraph_mark() {
        if (group_.place != Place::body) return;
        if (in_table_) {
            cell_ += text_.take() + "\n";
        } else {
            end_paragraph();
        }
    }

    void end_paragraph() {
        std::string label = std::exchange(label_, {});
        std::string text = text_.take();
        std::string_view content = trim(text);
        if (content.empty() || in_table_) {
            if (in_table_) cell_ += text;
            return;
        }
        end_table();
        if (const std::size_t mark = label.empty() ? written_mark(content) : 0) {
            label = content.substr(0, mark);
            content = trim(content.substr(mark));
            list_level_ = std::clamp(indent_ / indent_of_level - 1, 0, 8);
        }
        if (outline_level_ >= 0 && outline_level_ < 9) {
            lists_.close();
            write_footnotes();
            builder_.heading(outline_level_ + 1,
                             label.empty() ? std::string(content) : label + " " + std::string(content));
        } else if (!label.empty()) {
            const bool numbered = std::any_of(label.begin(), label.end(), [](char c) {
                return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            });
            lists_.item(list_level_, numbered && label.size() < 20 ? label : "-", content);
        } else {
            lists_.close();
            builder_.paragraph(content);
        }
    }

    /// The length of a label and its tab that a writer put into the text itself: "3.", "(b)", a bullet; 0 for none.
    static std::size_t written_mark(std::string_view text) {
        const std::size_t tab = text.find('\t');
        if (tab == 0 || tab > longest_mark) return 0;
        const std::string_view mark = text.substr(0, tab);
        for (const std::string_view bullet : {"\u2022", "\u00B7", "\u2013", "\u25E6", "\u25AA", "-", "*", "o"}) {
            if (mark == bullet) return tab;
        }
        return mark.ends_with('.') || mark.ends_with(')') ? tab : 0;
    }

    void end_table() {
        if (rows_.empty()) return;
        lists_.close();
        rows_.write(builder_);
        cell_.clear();
        row_open_ = false;
    }

    void begin_footnote() {
        if (group_.place == Place::footnote) return;
        text_.add_utf8(fmt::format("[^{}]", ++note_count_));
    }
    void end_footnote() {
        const std::string text = note_.take();
        footnotes_.push_back(fmt::format("[^{}]: {}", note_count_, trim(text)));
    }
    void write_footnotes() {
        lists_.close();
        for (const std::string& note : std::exchange(footnotes_, {})) builder_.paragraph(note);
    }

    /// A style's name ends in a semicolon; those of headings are English in any language's files.
    void end_style() {
        const std::string name = ascii_lower(trim(side_.take()));
        if (name.starts_with("heading ")) style_levels_[style_] = to_int(std::string_view(name).substr(8)) - 1;
        if (name == "title;") style_levels_[style_] = 0;
    }

    void end_property(Place place) {
        const std::string value = side_.take();
        if (place == Place::title) builder_.document().title = one_line(value, 200);
        if (place == Place::author) builder_.add_metadata("author", value);
        if (place == Place::subject) builder_.add_metadata("subject", value);
        if (place == Place::keywords) builder_.add_metadata("keywords", value);
        if (place == Place::created && date_[0] > 0) {
            builder_.add_metadata("created", fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", date_[0], date_[1],
                                                         date_[2], date_[3], date_[4], date_[5]));
        }
    }

    ExtractBudget budget_;
    RtfTokens tokens_;
    TextBuilder builder_;
    ListWriter lists_;
    TableRows rows_;
    Group group_;
    std::vector<Group> groups_;
    RtfText text_, side_, note_;
    std::string cell_, label_;
    std::vector<std::string> footnotes_;
    std::map<int, int> style_levels_;  ///< Of headings, from 0.
    int style_ = 0, indent_ = 0;
    std::map<int, int> fonts_;  ///< Code pages; 0: the document's.
    std::array<int, 6> date_{};
    int font_ = 0, code_page_ = 1252, to_skip_ = 0, note_count_ = 0;
    int outline_level_ = -1, list_level_ = 0;
    bool in_table_ = false, row_open_ = false, counted_hidden_ = false;
};

}  // namespace

std::span<const std::string_view> RtfExtractor::extensions() const noexcept {
    static constexpr auto endings = std::to_array<std::string_view>({"rtf"});
    return endings;
}

document::Document RtfExtractor::extract(std::string bytes, const ExtractOptions& options) const {
    return RtfReader(bytes, media_type(), options).read();
}

}  // namespace quarry::extract
