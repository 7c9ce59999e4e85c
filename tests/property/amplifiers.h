#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace quarry::testing {

/// A way to make a small document ask for much: to repeat, to span, to nest, to refer to one thing often.
struct Amplifier {
    std::string name;
    std::string type;  ///< The extractor's name.
    /// A document of about so many bytes.
    std::function<std::string(std::size_t size)> make;
};

/// Those that are known, of every format.
[[nodiscard]] std::vector<Amplifier> known_amplifiers();

/// One of any format, composed at random of its constructs with numbers that are too large: the same for the same seed.
[[nodiscard]] Amplifier random_amplifier(std::uint64_t seed);

}  // namespace quarry::testing
