#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "core/store/presence.h"

// How servers of one base know of each other: each has a mark, which ends the ids of its runs.
namespace quarry::serve {

constexpr std::size_t mark_bytes = 6;
/// Of a server that cannot say that it lives: nobody takes what has this mark.
inline const std::string unknown_mark(2 * mark_bytes, '0');

// What is held in the base, seen by other servers: that a server lives, and that a run has a reader.
inline std::string server_name(std::string_view mark) { return fmt::format("server {}", mark); }
inline std::string reader_name(std::string_view run) { return fmt::format("reader {}", run); }

/// True where it cannot be told: what others may hold is left alone.
inline bool is_held(store::Presence& presence, const std::string& name) noexcept {
    try {
        return presence.is_held_elsewhere(name);
    } catch (const std::exception&) {
        return true;
    }
}

/// The server that a run was begun by: its mark is the end of the id.
inline std::string_view server_of(std::string_view run) {
    return run.substr(run.size() - std::min(run.size(), 2 * mark_bytes));
}

}  // namespace quarry::serve
