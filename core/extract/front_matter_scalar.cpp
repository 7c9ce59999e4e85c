#include "core/extract/front_matter_scalar.h"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "core/base/bounded_json.h"
#include "core/base/text.h"

namespace quarry::extract {
namespace {

using nlohmann::json;

constexpr int deepest_brackets = 16;

bool is_quote(char c) { return c == '"' || c == '\''; }

/// Where the quote that begins at `at` is closed; npos when it is not.
std::size_t closing_quote(std::string_view text, std::size_t at) {
    const char quote = text[at];
    for (++at; at < text.size(); ++at) {
        if (quote == '"' && text[at] == '\\') {
            ++at;
        } else if (text[at] == quote) {
            // YAML writes a single quote in single quotes twice.
            if (quote == '"' || at + 1 >= text.size() || text[at + 1] != quote) return at;
            ++at;
        }
    }
    return std::string_view::npos;
}

/// The text that stands in quotes, with them.
std::string unquoted(std::string_view quoted) {
    const std::string_view inner = quoted.substr(1, quoted.size() - 2);
    if (quoted.front() == '"') {
        // The escapes of both are JSON's, but for rare ones that stay as they are.
        const json text = parse_bounded_json(quoted);
        return text.is_string() ? text.get<std::string>() : std::string(inner);
    }
    std::string text;
    for (std::size_t i = 0; i < inner.size(); ++i) {
        text += inner[i];
        if (inner[i] == '\'') ++i;
    }
    return text;
}

/// Reads a value within brackets.
class BracketReader {
public:
    explicit BracketReader(std::string_view text) : text_(text) {}

    json value(int depth) {
        skip_blanks();
        if (at_ >= text_.size() || depth > deepest_brackets) {
            at_ = text_.size();
            return nullptr;
        }
        if (text_[at_] == '[') return list(depth);
        if (text_[at_] == '{') return table(depth);
        if (is_quote(text_[at_])) {
            const std::size_t close = closing_quote(text_, at_);
            if (close == std::string_view::npos) {
                at_ = text_.size();
                return nullptr;
            }
            const std::string_view quoted = text_.substr(at_, close + 1 - at_);
            at_ = close + 1;
            return unquoted(quoted);
        }
        const std::size_t end = std::min(text_.find_first_of(",]}", at_), text_.size());
        const std::string_view plain = text_.substr(at_, end - at_);
        at_ = end;
        return plain_front_matter_value(plain);
    }

private:
    void skip_blanks() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

    /// Whether there is one more element, behind the comma if there was one.
    bool more(char close) {
        skip_blanks();
        if (at_ < text_.size() && text_[at_] == ',') {
            ++at_;
            skip_blanks();
        }
        if (at_ < text_.size() && text_[at_] != close) return true;
        at_ = std::min(at_ + 1, text_.size());
        return false;
    }

    json list(int depth) {
        json elements = json::array();
        ++at_;
        while (more(']')) {
            const std::size_t before = at_;
            json element = value(depth + 1);
            if (!element.is_null()) elements.push_back(std::move(element));
            if (at_ == before) ++at_;  // A bracket that closes nothing.
        }
        return elements;
    }

    json table(int depth) {
        json members = json::object();
        ++at_;
        while (more('}')) {
            const std::size_t end = std::min(text_.find_first_of(":=,}", at_), text_.size());
            const std::string name(unquoted_name(text_.substr(at_, end - at_)));
            at_ = end;
            if (at_ >= text_.size() || text_[at_] == ',' || text_[at_] == '}') continue;
            ++at_;
            json member = value(depth + 1);
            if (!name.empty() && !member.is_null()) members.emplace(name, std::move(member));
            if (at_ < text_.size() && text_[at_] == ']') ++at_;
        }
        return members;
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

}  // namespace

json plain_front_matter_value(std::string_view text) {
    text = trim(text);
    if (text.empty() || text == "~" || text == "null" || text == "Null" || text == "NULL") return nullptr;
    if (text == "true" || text == "True" || text == "TRUE") return true;
    if (text == "false" || text == "False" || text == "FALSE") return false;
    if (text.front() == '-' || (text.front() >= '0' && text.front() <= '9')) {
        json number = parse_bounded_json(text);
        if (number.is_number() && number.dump() == text) return number;
    }
    return std::string(text);
}

json front_matter_value(std::string_view text) {
    text = trim(text);
    if (text.empty()) return nullptr;
    if (is_quote(text.front()) || text.front() == '[' || text.front() == '{') return BracketReader(text).value(0);
    if (text.front() == '#') return nullptr;
    return plain_front_matter_value(text.substr(0, text.find(" #")));
}

std::size_t find_separator(std::string_view line, char separator) {
    std::size_t from = 0;
    if (!line.empty() && is_quote(line.front())) {
        from = closing_quote(line, 0);
        if (from == std::string_view::npos) return from;
    }
    std::size_t first = std::string_view::npos;
    for (std::size_t at = line.find(separator, from); at != std::string_view::npos; at = line.find(separator, at + 1)) {
        // A colon within a name is one that no blank follows.
        if (separator != ':' || at + 1 == line.size() || line[at + 1] == ' ' || line[at + 1] == '\t') return at;
        if (first == std::string_view::npos) first = at;
    }
    return first;
}

std::string_view unquoted_name(std::string_view name) {
    name = trim(name);
    const bool quoted = name.size() > 1 && is_quote(name.front()) && name.back() == name.front();
    return quoted ? name.substr(1, name.size() - 2) : name;
}

void BracketedValue::add(std::string_view line) {
    std::size_t at = 0;
    for (; at < line.size(); ++at) {
        const char c = line[at];
        if (quote_ != 0) {
            if (c == '\\' && quote_ == '"') {
                ++at;
            } else if (c == quote_) {
                quote_ = 0;
            }
        } else if (is_quote(c) &&
                   (at == 0 || std::string_view(" \t[{,:=").find(line[at - 1]) != std::string_view::npos)) {
            quote_ = c;
        } else if (c == '[' || c == '{') {
            ++depth_;
        } else if (c == ']' || c == '}') {
            --depth_;
        } else if (c == '#' && (at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t')) {
            break;
        }
    }
    if (!text_.empty()) text_ += ' ';
    text_ += line.substr(0, std::min(at, line.size()));
}

}  // namespace quarry::extract
