#pragma once

#include <map>
#include <string>
#include <string_view>

namespace quarry::extract {

/// The attributes that a document sets, and what stands for them.
using AsciidocAttributes = std::map<std::string, std::string, std::less<>>;

/// The words of AsciiDoc text: attributes put in, macros as their words, emphasis without its signs.
[[nodiscard]] std::string asciidoc_plain(std::string_view text, const AsciidocAttributes& attributes);

}  // namespace quarry::extract
