#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace quarry::extract {

/// The words of a line of mdoc macros, such as "Op Fl f Ar file": "[-f file]". Macros within are read too; `name` is
/// what .Nm without an argument stands for, and is set by one with an argument.
[[nodiscard]] std::string mdoc_words(const std::vector<std::string>& words, std::string& name);

/// Whether a macro is one of those whose line is text: .Fl, .Ar, .Op, .Nm …
[[nodiscard]] bool is_mdoc_text_macro(std::string_view macro);

}  // namespace quarry::extract
