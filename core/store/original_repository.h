#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace quarry::store {

/// A file that a source was read from, as it was uploaded.
struct Original {
    std::string hash;  ///< SHA-256, hexadecimal.
    std::string name;
    std::string type;  ///< Media type; may be empty.
    std::uint64_t bytes = 0;
};

/// So many bytes of a file are in one part; fewer in its last.
inline constexpr std::size_t original_part_bytes = 1024 * 1024;

/// Files that were uploaded, by content, in parts. One goes with the last source that was read from it. Each call that
/// writes is one transaction. Used by one thread at a time. Throws Error(locked, failed).
class OriginalRepository {
public:
    virtual ~OriginalRepository() = default;

    /// Of all files together.
    [[nodiscard]] virtual std::uint64_t bytes() = 0;
    /// Whether all of a file is there.
    [[nodiscard]] virtual bool is_complete(std::string_view hash) = 0;
    /// Adds some parts of a file, from number `first` on; what is there already is left alone.
    virtual void put(std::string_view hash, std::uint64_t bytes, std::uint64_t first,
                     std::span<const std::string> parts, std::int64_t now) = 0;
    /// Nothing when it is not there.
    [[nodiscard]] virtual std::optional<std::string> part(std::string_view hash, std::uint64_t number) = 0;
    /// Says that a source was read from a file; what it was read from before goes, unless others need it.
    virtual void link(std::int64_t source, const Original& original) = 0;
    [[nodiscard]] virtual std::optional<Original> of_source(std::int64_t source) = 0;
    /// Removes files that no source was read from and that came before a time, but for those in `wanted`.
    virtual std::size_t remove_orphans(std::int64_t before, std::span<const std::string> wanted) = 0;
};

}  // namespace quarry::store
