#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace quarry::migrate {

/// How a folder counts its migrations: one style a folder.
enum class VersionStyle {
    number,     ///< 0001, 0002, ...
    timestamp,  ///< 14 digits, UTC: 20261121103000
};

/// Which part of a migration a file holds.
enum class FilePart {
    whole,       ///< VERSION_name.sql, with sections.
    up,          ///< VERSION_name.up.sql
    down,        ///< VERSION_name.down.sql
    repeatable,  ///< R_name.sql: no version; run again when its text changes.
};

/// What a migration's file name says.
struct FileName {
    std::int64_t version = 0;  ///< Above 0; 0 for a repeatable one.
    std::string version_text;  ///< As written: "0001"; "R" for a repeatable one.
    std::string name;          ///< "create_users".
    VersionStyle style = VersionStyle::number;
    FilePart part = FilePart::whole;
};

/// Reads a migration's file name. `where` is what errors call the file. Throws Error(failed) with a hint on what the
/// name should look like.
[[nodiscard]] FileName parse_file_name(std::string_view file_name, std::string_view where);

/// The time that a version of 14 digits says, in UTC; nothing when there is no such time.
[[nodiscard]] std::optional<std::chrono::sys_seconds> parse_timestamp(std::int64_t version);
[[nodiscard]] std::string format_timestamp(std::chrono::sys_seconds time);

/// A version as text when no file says how it is written: at least four digits.
[[nodiscard]] std::string format_version(std::int64_t version);

}  // namespace quarry::migrate
