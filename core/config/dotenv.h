#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace quarry::config {

/// The variable by which programs are told their database, in the environment and in a file .env.
inline constexpr const char* database_variable = "DATABASE_URL";

/// A variable's value in a file .env.
struct DotenvValue {
    std::string text;
    std::size_t line = 0;  ///< 1-based.
};

/// What the text of a file .env says of one variable, as dotenv reads it: NAME=VALUE with or without `export`, comments
/// behind #, values in '...', "..." or bare; the last line counts. Nothing when it is not set or empty. Throws
/// Error(usage) when that value cannot be read: `where` is the file, and the value is not shown.
///
/// Nothing else of the file is taken, and no $NAME is replaced: a stranger's file would have the user's secrets then.
[[nodiscard]] std::optional<DotenvValue> read_dotenv(std::string_view text, std::string_view name,
                                                     std::string_view where);

}  // namespace quarry::config
