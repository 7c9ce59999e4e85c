#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

namespace quarry {

/// The vectors in the body of an embeddings answer.
struct OpenAiVectors {
    std::size_t dimensions = 0;
    std::vector<float> values;  ///< Row-major, in the order of "index", each row scaled to length 1.
};

/// Reads the body of an embeddings answer for `count` texts: arrays of numbers, or base64 of little-endian float32.
/// Throws Error(provider_failed) that says what is wrong: not JSON, not `count` vectors, an index missing or twice,
/// vectors of unequal length or not of `dimensions` (when not 0), a value that is no finite number.
[[nodiscard]] OpenAiVectors read_openai_vectors(std::string_view body, std::size_t count, std::size_t dimensions);

}  // namespace quarry
