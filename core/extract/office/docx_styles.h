#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "core/extract/office/xml.h"

namespace quarry::extract {

/// What quarry asks of a style of a Word document, with what it inherits.
struct DocxStyle {
    enum class Kind { text, heading, code, quote, contents };
    Kind kind = Kind::text;
    int heading_level = 0;  ///< 1 to 9, of headings.
    std::string number_id;  ///< Of the list that its paragraphs belong to; empty for none.
    int number_level = -1;  ///< -1: the level that names the style.
    bool hidden = false;
    bool page_break_before = false;
};

/// The styles of a Word document (word/styles.xml). Names that Word has built in are English in any language's files.
class DocxStyles {
public:
    DocxStyles() = default;
    explicit DocxStyles(pugi::xml_node styles);

    /// What holds for a style id; that of ordinary text for an unknown one.
    [[nodiscard]] const DocxStyle& style(std::string_view id) const;
    /// Language of the document, as a tag; empty when it is not said.
    [[nodiscard]] const std::string& language() const noexcept { return language_; }

private:
    std::map<std::string, DocxStyle, std::less<>> styles_;
    std::string language_;
    DocxStyle ordinary_;
};

/// The numbered and bulleted lists of a Word document (word/numbering.xml), counted on as its paragraphs are read.
class DocxNumbering {
public:
    DocxNumbering() = default;
    explicit DocxNumbering(pugi::xml_node numbering);

    /// The label of the next paragraph of a list: "-" for a bullet, "2.1." or "(c)" for a number; empty when there is
    /// no such list, or it shows nothing. `level` is from 0; one below 0 is that which names `style_id`.
    [[nodiscard]] std::string next_label(std::string_view number_id, int& level, std::string_view style_id);

private:
    struct Level {
        std::string format;
        std::string text;
        std::string style_id;
        int start = 1;
    };
    struct List {
        std::vector<Level> levels;
        std::vector<int> counters;  ///< 0: not begun.
        std::string linked_style;   ///< Levels are those of the list that defines this style.
    };
    struct Number {
        std::string list;
        std::map<int, int> starts;  ///< By level, of lists that begin anew.
        bool begun = false;
    };

    [[nodiscard]] static List read_list(pugi::xml_node definition);
    [[nodiscard]] static std::string label(const List& list, std::size_t level);

    std::map<std::string, List, std::less<>> lists_;
    std::map<std::string, Number, std::less<>> numbers_;
};

/// Whether a property such as w:vanish is there and not switched off.
[[nodiscard]] bool docx_switch(pugi::xml_node properties, std::string_view name) noexcept;

}  // namespace quarry::extract
