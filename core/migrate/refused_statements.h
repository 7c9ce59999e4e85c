#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace quarry::migrate {

/// Why a statement must not be in a SQLite migration, and what to do instead.
struct Refusal {
    std::string problem;
    std::string hint;
};

/// By a statement's first words: what ends or escapes the migration's transaction, and settings that SQLite ignores
/// inside one.
[[nodiscard]] std::optional<Refusal> refuse_statement(std::string_view statement);

/// By a pragma's name, when it is given a value.
[[nodiscard]] std::optional<Refusal> refuse_pragma(std::string_view name);

}  // namespace quarry::migrate
