#pragma once

#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <span>
#include <string_view>
#include <vector>

#include "core/base/error.h"

namespace quarry::embed {

/// Vectors as a server or a program gave them.
struct VectorRows {
    std::size_t dimensions = 0;
    std::vector<float> values;  ///< Row-major, each row scaled to length 1.
};

/// The error for an answer that cannot be used; causes are for the caller to add. Mentions no text.
[[nodiscard]] Error unusable_vectors(std::string_view why);

/// Scales to length 1. Throws Error(provider_failed) for a value that is not finite, and for zeros alone.
void scale_to_unit_length(std::span<float> row);

/// One vector: an array of numbers, or base64 of little-endian float32. Throws Error(provider_failed).
[[nodiscard]] std::vector<float> read_vector(const nlohmann::json& vector);

/// Reads the answer of an embeddings server for `count` texts. `place` is the JSON pointer of its array ("/data"),
/// whose items are vectors, or objects with "embedding" or "values" and perhaps "index".
///
/// Throws Error(provider_failed) that says what is wrong: not JSON, an error in a successful answer, not `count`
/// vectors, an index missing or twice, vectors of unequal length or not of `dimensions` (when not 0), a value that
/// is no finite number, zeros alone.
[[nodiscard]] VectorRows read_vector_rows(std::string_view answer, const char* place, std::size_t count,
                                          std::size_t dimensions);

}  // namespace quarry::embed
