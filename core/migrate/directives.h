#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "core/migrate/migration_file.h"
#include "core/sql/lexer.h"

namespace quarry::migrate {

/// A comment that tells a migration tool something: "-- quarry:name: argument", "-- migrate:up option:value",
/// "-- +goose Name".
struct Directive {
    FileFormat format = FileFormat::quarry;
    std::string name;      ///< As written for quarry and dbmate; in lower case for goose ("no transaction").
    std::string argument;  ///< What follows, white space trimmed.
    std::size_t start = 0;
    std::size_t end = 0;
};

/// The directive that a token of `source` is, if it is one.
[[nodiscard]] std::optional<Directive> read_directive(const sql::SourceText& source, const sql::Token& token);

/// Throws the error for a directive of quarry's that there is not, with a did-you-mean.
[[noreturn]] void throw_unknown_directive(const sql::SourceText& source, const Directive& directive);

/// Takes over what a directive says of one script (no-transaction, time-outs, variables); false when it says something
/// else. Throws Error with file, line and column for an argument that is missing or malformed.
[[nodiscard]] bool apply_to_script(const sql::SourceText& source, const Directive& directive, Script& script);

/// "300ms", "5s", "2min", "1h"; nothing for anything else. Up to a day.
[[nodiscard]] std::optional<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace quarry::migrate
