#pragma once

#include <map>
#include <string>
#include <string_view>

#include "core/extract/office/xml.h"

namespace quarry::extract {

/// What quarry asks of a style of an OpenDocument file, with what it inherits.
struct OdfStyle {
    enum class Kind { text, title, code, quote };
    Kind kind = Kind::text;
    bool hidden = false;  ///< Text, a sheet or a slide that is not shown.
    bool page_break_before = false;
};

/// A level of a list style.
struct OdfListLevel {
    bool numbered = false;
    std::string format;  ///< Of ST_NumberFormat's names: see number_label.
    std::string prefix, suffix;
    int start = 1;
    int shown_levels = 1;  ///< 2 shows "3.1".
};

/// The styles of an OpenDocument file: those with names (styles.xml) and those of single places (content.xml).
class OdfStyles {
public:
    /// Adds the styles in office:styles and office:automatic-styles below a root element, in place of like-named ones.
    void add(pugi::xml_node root);
    /// Follows the parents of all styles; after the last `add`.
    void resolve();

    /// What holds for a style's name; that of ordinary text for an unknown one.
    [[nodiscard]] const OdfStyle& style(std::string_view name) const;
    /// A level, from 0, of a list style; null for an unknown one.
    [[nodiscard]] const OdfListLevel* list_level(std::string_view name, std::size_t level) const;

private:
    struct Entry {
        std::string parent;
        OdfStyle own;
        OdfStyle resolved;
    };
    void add_list(pugi::xml_node list);

    std::map<std::string, Entry, std::less<>> styles_;
    std::map<std::string, std::map<std::size_t, OdfListLevel>, std::less<>> lists_;
    OdfStyle ordinary_;
};

}  // namespace quarry::extract
