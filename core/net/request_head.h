#pragma once

#include <string_view>

namespace quarry::net {

/// What is wrong with the head of a request, up to and with its empty line; empty when it is fit to be parsed.
///
/// Stricter than RFC 9112 has to be, so that no proxy can read another request out of the same bytes: lines end in
/// CRLF, nothing is folded, names are tokens with the colon directly behind them, there is one Host and at most one
/// length, which is digits, the only transfer coding is "chunked" and excludes a length, and no byte is a control
/// character.
[[nodiscard]] std::string_view head_problem(std::string_view head) noexcept;

}  // namespace quarry::net
