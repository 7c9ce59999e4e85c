#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "core/extract/html/element.h"

namespace quarry::extract {

/// An attribute as the source has it: entities are in the value still. Both views are into the source.
struct HtmlAttribute {
    std::string_view name;
    std::string_view value;
};

/// A piece of an HTML text.
struct HtmlToken {
    enum class Kind : std::uint8_t { text, start_tag, end_tag, end };

    Kind kind = Kind::end;
    const HtmlElement* element = nullptr;  ///< Of a tag.
    std::string_view text;                 ///< Of a text: the source's, with entities.
    std::vector<HtmlAttribute> attributes;
    bool self_closing = false;
};

/// Cuts an HTML text into tags and text, as HTML's standard says (13.2.5), each byte looked at a bounded number of
/// times. Comments, declarations and what is within <svg> are left out. The text must outlive it.
class HtmlTokenizer {
public:
    explicit HtmlTokenizer(std::string_view source) : source_(source) {}

    /// The next token; `Kind::end` at the end, again and again.
    void next(HtmlToken& token);

private:
    bool read_markup(HtmlToken& token);
    bool read_tag(HtmlToken& token, bool is_end);
    bool read_attribute(HtmlToken& token);
    void read_text(HtmlToken& token);
    void skip_past(std::string_view end);
    [[nodiscard]] std::size_t find_end_tag(std::string_view name, std::size_t from) const;
    [[nodiscard]] bool begins_markup(std::size_t at) const noexcept;

    std::string_view source_;
    std::size_t at_ = 0;
    const HtmlElement* raw_ = nullptr;  ///< The element whose raw text comes next.
    bool svg_never_ends_ = false;
    bool noscript_never_ends_ = false;
};

/// The value of the attribute, or an empty view; `name` in lower case.
[[nodiscard]] std::string_view find_attribute(const std::vector<HtmlAttribute>& attributes, std::string_view name);

/// Appends the text with its entities as the characters they stand for.
void append_unescaped(std::string_view text, std::string& out);
[[nodiscard]] std::string unescaped(std::string_view text);

}  // namespace quarry::extract
