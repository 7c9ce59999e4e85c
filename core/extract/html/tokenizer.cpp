#include "core/extract/html/tokenizer.h"

#include <algorithm>

#include "core/base/ascii.h"
#include "core/base/text.h"

namespace quarry::extract {
namespace {

constexpr std::string_view html_space = " \t\n\r\f";
// More than any page's own; the rest of a tag's attributes is passed over.
constexpr std::size_t most_attributes = 64;
constexpr std::size_t longest_element_name = 16;

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
    return text.size() == lower.size() && std::equal(text.begin(), text.end(), lower.begin(), [](char a, char b) {
               return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b;
           });
}

}  // namespace

void HtmlTokenizer::next(HtmlToken& token) {
    token.attributes.clear();
    token.self_closing = false;
    while (at_ < source_.size()) {
        if (raw_ != nullptr) {
            const HtmlElement& element = *raw_;
            raw_ = nullptr;
            // Plain text has no end; other raw text without one ends with the source too.
            const std::size_t end = element.name == "plaintext" ? source_.size() : find_end_tag(element.name, at_);
            token.kind = HtmlToken::Kind::text;
            token.text = source_.substr(at_, end - at_);
            at_ = end;
            if (!token.text.empty()) return;
        } else if (begins_markup(at_)) {
            if (read_markup(token)) return;
        } else {
            read_text(token);
            return;
        }
    }
    token.kind = HtmlToken::Kind::end;
}

bool HtmlTokenizer::begins_markup(std::size_t at) const noexcept {
    if (source_[at] != '<' || at + 1 >= source_.size()) return false;
    const char c = source_[at + 1];
    return is_ascii_letter(c) || c == '/' || c == '!' || c == '?';
}

void HtmlTokenizer::read_text(HtmlToken& token) {
    const std::size_t start = at_;
    do {
        at_ = std::min(source_.find('<', at_ + 1), source_.size());
    } while (at_ < source_.size() && !begins_markup(at_));
    token.kind = HtmlToken::Kind::text;
    token.text = source_.substr(start, at_ - start);
}

void HtmlTokenizer::skip_past(std::string_view end) {
    const std::size_t found = source_.find(end, at_);
    at_ = found == std::string_view::npos ? source_.size() : found + end.size();
}

/// Reads what begins at "<"; false when it gives no token.
bool HtmlTokenizer::read_markup(HtmlToken& token) {
    const char c = source_[at_ + 1];
    if (c == '!') {
        if (source_.substr(at_).starts_with("<!--")) {
            at_ += 2;  // "<!-->" and "<!--->" are whole comments
            skip_past("-->");
            return false;
        }
        skip_past(">");
        return false;
    }
    if (c == '?') {
        skip_past(">");
        return false;
    }
    if (c == '/') {
        if (at_ + 2 >= source_.size() || !is_ascii_letter(source_[at_ + 2])) {
            skip_past(">");
            return false;
        }
        at_ += 2;
        return read_tag(token, true);
    }
    ++at_;
    return read_tag(token, false);
}

bool HtmlTokenizer::read_tag(HtmlToken& token, bool is_end) {
    const std::size_t name_end = std::min(source_.find_first_of(" \t\n\r\f/>", at_), source_.size());
    const std::string name = ascii_lower(source_.substr(at_, std::min(name_end - at_, longest_element_name)));
    token.kind = is_end ? HtmlToken::Kind::end_tag : HtmlToken::Kind::start_tag;
    token.element = &html_element(name);
    at_ = name_end;
    while (read_attribute(token)) {
    }
    if (at_ >= source_.size()) return false;  // a tag that the source's end cuts off is none
    ++at_;                                    // >
    if (is_end) return true;
    if (token.element->name == "noscript") {
        // To a browser with scripts it is text up to its end tag, whatever tags are in it. One without an end tag is
        // passed over, so that it does not take the rest of the page along.
        noscript_never_ends_ = noscript_never_ends_ || find_end_tag("noscript", at_) == source_.size();
        if (noscript_never_ends_) return false;
    }
    if (token.element->is(HtmlElement::raw_text)) raw_ = token.element;
    if (token.element->name == "svg" && !token.self_closing && !svg_never_ends_) {
        const std::size_t end = find_end_tag("svg", at_);
        svg_never_ends_ = end == source_.size();
        if (!svg_never_ends_) at_ = end;
    }
    return true;
}

/// Reads one attribute, or stops at ">".
bool HtmlTokenizer::read_attribute(HtmlToken& token) {
    at_ = std::min(source_.find_first_not_of(" \t\n\r\f/", at_), source_.size());
    if (at_ >= source_.size()) return false;
    token.self_closing = source_[at_] == '>' && source_[at_ - 1] == '/';
    if (source_[at_] == '>') return false;
    const std::size_t name_start = at_;
    // A name may begin with "=".
    at_ = std::min(source_.find_first_of(" \t\n\r\f/>=", at_ + 1), source_.size());
    HtmlAttribute attribute{source_.substr(name_start, at_ - name_start), {}};
    const std::size_t equals = source_.find_first_not_of(html_space, at_);
    if (equals != std::string_view::npos && source_[equals] == '=') {
        at_ = std::min(source_.find_first_not_of(html_space, equals + 1), source_.size());
        if (at_ >= source_.size()) return false;
        const char quote = source_[at_];
        if (quote == '"' || quote == '\'') {
            const std::size_t end = std::min(source_.find(quote, at_ + 1), source_.size());
            attribute.value = source_.substr(at_ + 1, end - at_ - 1);
            at_ = std::min(end + 1, source_.size());
        } else if (quote != '>') {
            const std::size_t end = std::min(source_.find_first_of(" \t\n\r\f>", at_), source_.size());
            attribute.value = source_.substr(at_, end - at_);
            at_ = end;
        }
    }
    if (token.attributes.size() < most_attributes) token.attributes.push_back(attribute);
    return at_ < source_.size();
}

std::size_t HtmlTokenizer::find_end_tag(std::string_view name, std::size_t from) const {
    for (std::size_t at = source_.find("</", from); at != std::string_view::npos; at = source_.find("</", at + 2)) {
        const std::size_t end = at + 2 + name.size();
        if (end >= source_.size()) break;
        if (equals_ignoring_case(source_.substr(at + 2, name.size()), name) &&
            (source_[end] == '>' || source_[end] == '/' || html_space.find(source_[end]) != std::string_view::npos)) {
            return at;
        }
    }
    return source_.size();
}

std::string_view find_attribute(const std::vector<HtmlAttribute>& attributes, std::string_view name) {
    const auto found = std::find_if(attributes.begin(), attributes.end(), [&](const HtmlAttribute& attribute) {
        return equals_ignoring_case(attribute.name, name);
    });
    return found == attributes.end() ? std::string_view() : found->value;
}

}  // namespace quarry::extract
