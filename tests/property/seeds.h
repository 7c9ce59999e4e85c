#pragma once

#include <cstdint>

namespace quarry::testing {

/// The seeds that a property is tried on, from `first` up to `end`, which is not one of them.
struct Seeds {
    std::uint64_t first;
    std::uint64_t end;
};

/// `full` seeds from 0 on: the same ones in every run. With sanitizers, where an input takes ten times as long, only
/// `sanitized` of them, but other ones each day; they are printed.
///
/// Two environment variables change that, for both kinds of build:
///   QUARRY_PROPERTY_SEED    the first seed: a failure names the seed to give here
///   QUARRY_PROPERTY_INPUTS  how many of 100,000: 100000 is `full`, 50000 half of it, 1 a single seed
[[nodiscard]] Seeds property_seeds(std::uint64_t full, std::uint64_t sanitized);

}  // namespace quarry::testing
