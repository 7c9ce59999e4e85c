#pragma once

#include <cstdint>
#include <string_view>

namespace quarry::sql {

/// Whose SQL a text is.
enum class Dialect : std::uint8_t { sqlite, postgresql };

/// "sqlite" or "postgresql", as in options and JSON.
[[nodiscard]] constexpr std::string_view dialect_name(Dialect dialect) noexcept {
    return dialect == Dialect::sqlite ? "sqlite" : "postgresql";
}

}  // namespace quarry::sql
