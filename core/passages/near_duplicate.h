#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace quarry::passages {

/// What tells texts apart that are nearly the same: a sample of the hashes of all stretches of 24 bytes, with case and
/// white space folded (winnowed shingles; works for any language). Short texts have few or none.
class TextSketch {
public:
    explicit TextSketch(std::string_view text);

    /// Whether the two share at least four fifths of what they hold, or one holds nearly all of the other.
    [[nodiscard]] bool nearly_same(const TextSketch& other) const;

private:
    std::vector<std::uint64_t> hashes_;  ///< Sorted, each once.
};

}  // namespace quarry::passages
