#pragma once

#include "core/store/original_repository.h"

namespace quarry::store {

/// How many parts a file has.
[[nodiscard]] constexpr std::uint64_t count_original_parts(std::uint64_t bytes) {
    return (bytes + original_part_bytes - 1) / original_part_bytes;
}

/// Rows have: hash, name, type, bytes.
template <typename Row>
[[nodiscard]] Original read_original(const Row& row) {
    return {row.text(0), row.text(1), row.text(2), row.count(3)};
}

}  // namespace quarry::store
