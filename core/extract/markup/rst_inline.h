#pragma once

#include <string>
#include <string_view>

namespace quarry::extract {

/// The words of a reStructuredText paragraph: without emphasis, literals' backquotes, roles, targets and the marks of
/// references and substitutions.
[[nodiscard]] std::string rst_plain(std::string_view text);

}  // namespace quarry::extract
