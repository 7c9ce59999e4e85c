#pragma once

#include <span>
#include <string_view>

namespace quarry::document {

/// A language that source code is written in, and how its files are known.
struct SourceLanguage {
    std::string_view name;        ///< In configuration: "python", "cpp".
    std::string_view title;       ///< For people: "Python", "C++".
    std::string_view media_type;  ///< Of its documents: "text/x-python".
    std::string_view extensions;  ///< Lower case, without the dot, separated by spaces: "py pyi pyw".
    /// Programs that run it, as a "#!" line names them, separated by spaces: "python" stands for python3.11 too.
    std::string_view interpreters = {};
};

/// Every language that quarry knows, in the order in which they are listed to people.
[[nodiscard]] std::span<const SourceLanguage> source_languages() noexcept;

/// The language whose documents have that media type, or null.
[[nodiscard]] const SourceLanguage* source_language_of(std::string_view media_type) noexcept;

/// The language of a script, by the "#!" line that `text` begins with; null without one or for an unknown program.
[[nodiscard]] const SourceLanguage* source_language_of_script(std::string_view text) noexcept;

}  // namespace quarry::document
