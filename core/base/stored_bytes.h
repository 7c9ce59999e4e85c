#pragma once

#include <cstddef>
#include <span>

namespace quarry {

/// Bytes that stay where they are stored, and are read piece by piece.
class StoredBytes {
public:
    virtual ~StoredBytes() = default;

    [[nodiscard]] virtual std::size_t size() const = 0;
    /// Reads as many as `to` takes, from `offset` on; they must be there. Throws Error.
    virtual void read(std::size_t offset, std::span<char> to) const = 0;
};

}  // namespace quarry
