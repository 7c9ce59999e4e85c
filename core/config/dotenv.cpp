// Reads one variable of a project's file .env.
#include "core/config/dotenv.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::config {
namespace {

bool is_name_character(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
           c == '-';
}

/// Goes through the assignments of a file.
class DotenvReader {
public:
    DotenvReader(std::string_view text, std::string_view name, std::string_view where)
        : text_(text), name_(name), where_(where) {}

    std::optional<DotenvValue> read() {
        if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
        std::optional<DotenvValue> found;
        while (at_ < text_.size()) {
            const std::size_t line = line_;
            std::optional<std::string> value = assignment();
            if (value) found = {std::move(*value), line};
            end_line();
        }
        if (!found || found->text.empty()) return std::nullopt;
        return found;
    }

private:
    /// The value of a line that sets the variable. Leaves `at_` behind what was read.
    std::optional<std::string> assignment() {
        skip_blanks();
        if (rest().starts_with("export") && at_ + 6 < text_.size() && is_blank(text_[at_ + 6])) {
            at_ += 6;
            skip_blanks();
        }
        const std::size_t start = at_;
        while (at_ < text_.size() && is_name_character(text_[at_])) ++at_;
        const bool wanted = text_.substr(start, at_ - start) == name_;
        skip_blanks();
        if (at_ == start || at_ >= text_.size() || text_[at_] != '=') return std::nullopt;
        ++at_;
        skip_blanks();
        const char quote = at_ < text_.size() ? text_[at_] : '\0';
        if (quote != '\'' && quote != '"' && quote != '`')
            return wanted ? std::optional<std::string>(bare()) : std::nullopt;
        const std::size_t end = closing(quote);
        if (end == std::string_view::npos) {
            if (wanted) refuse("its quotation mark is not closed", "close it on the same line");
            return std::nullopt;
        }
        const std::size_t behind = text_.find_first_not_of(" \t\r", end + 1);
        const bool is_whole = behind == std::string_view::npos || text_[behind] == '\n' || text_[behind] == '#';
        // An apostrophe at the beginning of a bare value: it ends with its line.
        if (!wanted && !is_whole) return std::nullopt;
        const std::string_view inside = text_.substr(at_ + 1, end - at_ - 1);
        line_ += static_cast<std::size_t>(std::ranges::count(inside, '\n'));
        at_ = end + 1;
        if (!wanted) return std::nullopt;
        if (!is_whole) {
            refuse("there is text after its closing quotation mark", "put the whole value in quotation marks");
        }
        return checked(quote == '"' ? unescaped(inside) : std::string(inside), quote == '"');
    }

    [[nodiscard]] std::string bare() const {
        const std::size_t end = std::min(text_.find_first_of("\r\n", at_), text_.size());
        std::string_view value = text_.substr(at_, end - at_);
        // A # within a word is part of it.
        for (std::size_t hash = value.find('#'); hash != std::string_view::npos; hash = value.find('#', hash + 1)) {
            if (hash > 0 && !is_blank(value[hash - 1])) continue;
            value = value.substr(0, hash);
            break;
        }
        return checked(std::string(trim(value)), true);
    }

    /// `expands`: other readers replace $NAME in such a value.
    [[nodiscard]] std::string checked(std::string value, bool expands) const {
        if (std::ranges::any_of(value, [](char c) { return static_cast<unsigned char>(c) < 0x20; })) {
            refuse("it has a line break or a control character", "write it on one line");
        }
        for (std::size_t dollar = value.find('$'); expands && dollar != std::string::npos;
             dollar = value.find('$', dollar + 1)) {
            const char next = dollar + 1 < value.size() ? value[dollar + 1] : '\0';
            if (next != '{' && next != '_' && !(next >= 'A' && next <= 'Z') && !(next >= 'a' && next <= 'z')) continue;
            refuse("quarry replaces no $NAME in it",
                   "write the value in full; if the $ is part of it, use single quotation marks");
        }
        return value;
    }

    /// Where a quoted value ends. Only "..." has escapes.
    [[nodiscard]] std::size_t closing(char quote) const {
        for (std::size_t i = at_ + 1; i < text_.size(); ++i) {
            if (text_[i] == quote) return i;
            if (text_[i] == '\\' && quote == '"') ++i;
        }
        return std::string_view::npos;
    }

    static std::string unescaped(std::string_view inside) {
        std::string value;
        for (std::size_t i = 0; i < inside.size(); ++i) {
            if (inside[i] != '\\' || i + 1 == inside.size()) {
                value += inside[i];
                continue;
            }
            const char next = inside[++i];
            if (next == 'n' || next == 'r') {
                value += next == 'n' ? '\n' : '\r';
            } else if (next == '"' || next == '\\') {
                value += next;
            } else {
                value.append({'\\', next});
            }
        }
        return value;
    }

    void end_line() {
        const std::size_t end = text_.find('\n', at_);
        at_ = end == std::string_view::npos ? text_.size() : end + 1;
        ++line_;
    }
    void skip_blanks() {
        while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
    }
    [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }
    static bool is_blank(char c) { return c == ' ' || c == '\t'; }

    [[noreturn]] void refuse(std::string_view why, std::string hint) const {
        throw Error(ErrorCode::usage, fmt::format("{}:{}: cannot read {}", where_, line_, name_), std::move(hint))
            .because(std::string(why));
    }

    std::string_view text_;
    std::string_view name_;
    std::string_view where_;
    std::size_t at_ = 0;
    std::size_t line_ = 1;
};

}  // namespace

std::optional<DotenvValue> read_dotenv(std::string_view text, std::string_view name, std::string_view where) {
    return DotenvReader(text, name, where).read();
}

}  // namespace quarry::config
