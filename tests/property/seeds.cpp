#include "tests/property/seeds.h"

#include <algorithm>
#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>

namespace quarry::testing {
namespace {

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitizers = true;
#else
constexpr bool sanitizers = false;
#endif

// More than any property has seeds with sanitizers, so that no two days share one.
constexpr std::uint64_t seeds_of_a_day = 10'000;
constexpr std::uint64_t all_inputs = 100'000;

std::optional<std::uint64_t> number_in(const char* variable) {
    const char* text = std::getenv(variable);
    if (text == nullptr || *text == '\0') return std::nullopt;
    std::uint64_t number = 0;
    const std::string_view digits = text;
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
    if (fault != std::errc() || end != digits.data() + digits.size()) {
        throw std::invalid_argument(std::string(variable) + " must be a whole number, 0 or more: " + text);
    }
    return number;
}

std::uint64_t first_seed_of_today() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return static_cast<std::uint64_t>(std::chrono::floor<std::chrono::days>(now).count()) * seeds_of_a_day;
}

}  // namespace

Seeds property_seeds(std::uint64_t full, std::uint64_t sanitized) {
    std::uint64_t count = sanitizers ? sanitized : full;
    if (const auto inputs = number_in("QUARRY_PROPERTY_INPUTS")) {
        count = std::max<std::uint64_t>(1, full * *inputs / all_inputs);
    }
    const auto given = number_in("QUARRY_PROPERTY_SEED");
    const std::uint64_t first = given ? *given : (sanitizers ? first_seed_of_today() : 0);
    std::printf("seeds %llu to %llu\n", static_cast<unsigned long long>(first),
                static_cast<unsigned long long>(first + count - 1));
    return {first, first + count};
}

}  // namespace quarry::testing
