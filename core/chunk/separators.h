#pragma once

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace quarry::chunk {

/// A language's separators, from the best place for a cut to the worst.
struct SeparatorPreset {
    std::string_view name;
    std::span<const std::string_view> separators;
    /// Media types without "text/", "application/" and "x-": "python", "c++src".
    std::span<const std::string_view> media_types;
};

/// Every preset, by name. The lists are LangChain's, so that its users find their cuts again.
[[nodiscard]] std::span<const SeparatorPreset> separator_presets();

/// Names of the presets.
[[nodiscard]] std::vector<std::string> separator_preset_names();

/// Where a text is cut by a list of separators: at the last place of the first separator that is found.
///
/// What begins with white space is cut behind that white space ("\nclass " before "class"); anything else behind itself
/// ("; "). "\n\n" is any empty line, also one with spaces on it; a tab behind the line's end is any indentation.
class Separators {
public:
    explicit Separators(std::span<const std::string> separators);

    /// The last cut in (low, high] by the first separator that has one there; `high` when none has.
    [[nodiscard]] std::size_t cut(std::string_view text, std::size_t low, std::size_t high) const;

private:
    struct LineStart {
        std::size_t rank = 0;
        std::string begins;     ///< What the line begins with; empty for any line.
        bool indented = false;  ///< Behind white space that the line begins with.
        bool blank = false;     ///< Behind an empty line.
    };
    struct Within {
        std::size_t rank = 0;
        std::string text;
        std::size_t behind = 0;  ///< Where in `text` the cut is.
    };

    [[nodiscard]] static bool matches(const LineStart& start, std::string_view text, std::size_t line, std::size_t low);

    std::vector<LineStart> line_starts_;
    std::vector<Within> within_;
};

/// The separators that `chosen` asks for: a preset's name, or a JSON array of strings; when empty, the preset for the
/// media type. Empty when there is none: cut as plain text. Throws Error(usage) for anything else.
[[nodiscard]] std::vector<std::string> resolve_separators(std::string_view chosen, std::string_view media_type);

}  // namespace quarry::chunk
