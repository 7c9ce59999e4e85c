#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace quarry::answer {

/// The numbers by which a question names something: versions ("2.5") and numbers behind a word that is not a function
/// word ("error 404", "Raum 12"), and years. Amounts ("2.5 GB") and numbers with a comma are left out. 4.9 is 4.9.0.
class AskedNumbers {
public:
    AskedNumbers(std::string_view question, std::string_view language);

    [[nodiscard]] bool empty() const noexcept { return numbers_.empty(); }
    [[nodiscard]] bool has_version() const noexcept;
    /// Whether a text has all of them but the years, and none as the count of something else ("8 schools").
    [[nodiscard]] bool are_in(std::string_view text) const;
    /// Whether a text has another number behind the same word.
    [[nodiscard]] bool has_other_behind_word(std::string_view text) const;
    /// Whether a version is asked about, and a text has another one.
    [[nodiscard]] bool has_other_version(std::string_view text) const;
    /// Whether a year is asked about, and a text has another one alone.
    [[nodiscard]] bool is_of_other_year(std::string_view text) const;

private:
    struct Number {
        std::string text;
        std::string word;  ///< Right before it, in lower case; empty where that is a function word or nothing.
        bool is_version = false;
    };
    [[nodiscard]] bool has(std::string_view number) const;

    std::string language_;
    std::vector<Number> numbers_;
    std::vector<std::string> years_;
};

}  // namespace quarry::answer
