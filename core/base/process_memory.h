#pragma once

#include <sys/types.h>

#include <cstdint>

namespace quarry {

/// What a process and those that it started have in memory now, in bytes; 0 for one that is gone. Memory that several
/// of them share counts for each. What a process started and left behind is not found.
[[nodiscard]] std::uint64_t resident_bytes_of(pid_t process);

}  // namespace quarry
