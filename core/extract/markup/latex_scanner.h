#pragma once

#include <string>
#include <string_view>

namespace quarry::extract {

/// Walks over LaTeX source. Offsets only go forward, so that any source is read in linear time.
class LatexScanner {
public:
    explicit LatexScanner(std::string_view source) : source_(source) {}

    [[nodiscard]] bool at_end() const noexcept { return at_ >= source_.size(); }
    [[nodiscard]] char peek() const noexcept { return source_[at_]; }
    [[nodiscard]] bool starts_with(std::string_view text) const noexcept {
        return source_.substr(at_, text.size()) == text;
    }
    /// All that has not been taken.
    [[nodiscard]] std::string_view rest() const noexcept { return source_.substr(at_); }
    char take() noexcept { return source_[at_++]; }
    /// The next character with all its bytes; empty at the end.
    std::string_view take_character();
    void skip(std::size_t bytes) noexcept { at_ = at_ + bytes < source_.size() ? at_ + bytes : source_.size(); }

    /// The name of the command whose backslash was taken: letters with a star, or one other character. Blanks behind
    /// letters go.
    std::string take_command();
    /// What is in the braces or brackets that come next, which go; an empty view when others come.
    std::string_view take_braces() { return take_group('{', '}'); }
    std::string_view take_brackets() { return take_group('[', ']'); }
    /// All up to `end`, which goes too; all that is left when there is none.
    std::string_view take_until(std::string_view end);
    void skip_comment();
    void skip_blanks();

private:
    std::string_view take_group(char open, char close);

    std::string_view source_;
    std::size_t at_ = 0;
};

/// The character that an accent such as ' makes of a letter, "é" of "e"; the letter when there is none.
[[nodiscard]] std::string latex_accented(char accent, std::string_view letter);

/// The characters of a command such as "ldots" or "ss"; empty for another.
[[nodiscard]] std::string_view latex_symbol(std::string_view command) noexcept;

}  // namespace quarry::extract
