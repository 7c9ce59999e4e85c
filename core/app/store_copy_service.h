#pragma once

#include <cstdint>
#include <filesystem>

#include "core/app/services.h"

namespace quarry::app {

/// What a copy of a base came to.
struct StoreCopyReport {
    std::uint64_t copied = 0;     ///< Sources.
    std::uint64_t unchanged = 0;  ///< Sources that were there already.
    std::uint64_t documents = 0, chunks = 0, vectors = 0;  ///< That the copy has.
    std::uint64_t records = 0;  ///< Written beside documents: conversations, traces, uploaded files and such.
};

/// Copies a base in a file to one on a PostgreSQL server, or back: sources with their metadata and collections, texts,
/// passages, vectors, the settings of the base, and what it keeps beside its documents. A copy that was interrupted
/// goes on where it stopped. One thread at a time.
class StoreCopyService {
public:
    explicit StoreCopyService(Services& services) : services_(services) {}

    /// Then checks the copy, as `docs verify` does. Throws Error: usage for two files (a backup copies those whole) or
    /// one base twice, and for a copy that has other documents; failed for a copy that is not as it should be; what
    /// opening, reading and writing throw.
    StoreCopyReport copy(const std::filesystem::path& from, const std::filesystem::path& to);

private:
    Services& services_;
};

}  // namespace quarry::app
