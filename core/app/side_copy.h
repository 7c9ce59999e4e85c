#pragma once

#include <cstdint>
#include <filesystem>

#include "core/app/services.h"

namespace quarry::app {

/// Copies what a base keeps beside its documents into another base, which has those documents already: conversations,
/// traces, uploaded files and such (core/store/side_tables.h). What is there as it should be is left alone, and so is
/// what the copy has besides. Gives how many rows were written.
///
/// Throws Error: usage where the copy has something else in the place of a row, failed where a row does not come back
/// as it was written; what opening, reading and writing throw.
std::uint64_t copy_side_tables(const std::filesystem::path& from, const std::filesystem::path& to, Services& services);

}  // namespace quarry::app
