#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>

namespace quarry::store {

/// How many pages of a base are copied, of all. What it throws ends the copying, and undoes it.
using CopyProgress = std::function<void(std::uint64_t done, std::uint64_t total)>;

/// What a copy is for.
enum class CopyKind {
    backup,  ///< One file, beside which nothing is made when it is read.
    base,    ///< A base to be worked with.
};

/// Copies a base as it is at this moment into a file, which must be new or empty. Others may read and write it
/// meanwhile. Throws Error as `open_store` does but for the version of the schema, and failed for a disk that is full.
void copy_base(const std::filesystem::path& base, const std::filesystem::path& file, CopyKind kind,
               const CopyProgress& progress);

/// Puts what is in a file in place of all that is in a base, in one transaction: what ends it leaves the base as it
/// was, and who reads sees the one or the other. Throws Error(locked) when another process writes.
void replace_base(const std::filesystem::path& base, const std::filesystem::path& file, const CopyProgress& progress);

}  // namespace quarry::store
