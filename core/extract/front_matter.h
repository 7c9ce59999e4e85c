#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace quarry::extract {

/// What stands between `---` lines (YAML) or `+++` lines (TOML) at the very beginning of a Markdown file.
struct FrontMatter {
    std::size_t end = 0;        ///< Where the body begins; 0 when there is no front matter.
    std::size_t block_end = 0;  ///< End of the closing line, without its line end.
    std::string_view format;    ///< "yaml" or "toml".
    std::string title;
    std::string language;  ///< ISO 639-1, of `lang` or `language`.
    /// All further texts, by their names; below another name "review.by".
    std::vector<std::pair<std::string, std::string>> metadata;
    std::string properties_json;  ///< The other values, see Document::properties_json.
};

/// Reads the front matter of `text`: what core/extract/front_matter_values.h understands of it.
[[nodiscard]] FrontMatter read_front_matter(std::string_view text);

/// "en" of a language tag such as "en", "en-GB" or "en_GB.UTF-8"; empty when that is not of two letters.
[[nodiscard]] std::string primary_language(std::string_view tag);

}  // namespace quarry::extract
