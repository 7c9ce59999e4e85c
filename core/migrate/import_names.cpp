#include "core/migrate/import_names.h"

#include <algorithm>
#include <vector>

#include "core/base/text.h"

namespace quarry::migrate {
namespace {

bool is_importable(char c) noexcept {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' ||
           static_cast<unsigned char>(c) >= 0x80;
}

}  // namespace

std::string importable_name(std::string_view name) {
    const bool text = !find_invalid_utf8(name);
    std::string result;
    for (const char c : name) {
        const bool keep = is_importable(c) && (text || static_cast<unsigned char>(c) < 0x80);
        if (keep) result += c;
        if (!keep && !result.empty() && result.back() != '_') result += '_';
    }
    while (result.ends_with('_') || result.ends_with('-')) result.pop_back();
    result.erase(0, std::min(result.find_first_not_of('-'), result.size()));
    return result.empty() ? "migration" : result;
}

std::string canonical_version(std::string_view version) {
    const std::vector<std::string_view> numbers = split(version, '.');
    if (!std::all_of(numbers.begin(), numbers.end(), all_digits)) return std::string(version);
    std::string result;
    std::size_t used = 0;
    for (const std::string_view number : numbers) {
        if (!result.empty()) result += '.';
        result += number.substr(std::min(number.find_first_not_of('0'), number.size() - 1));
        if (result.size() == 1 || !result.ends_with(".0")) used = result.size();
    }
    result.resize(used);
    return result;
}

bool version_before(std::string_view a, std::string_view b) {
    const std::string left = canonical_version(a), right = canonical_version(b);
    const std::vector<std::string_view> first = split(left, '.'), second = split(right, '.');
    return std::lexicographical_compare(
        first.begin(), first.end(), second.begin(), second.end(),
        [](std::string_view one, std::string_view other) { return one != other && version_at_most(one, other); });
}

bool version_at_most(std::string_view version, std::string_view limit) noexcept {
    return version.size() != limit.size() ? version.size() < limit.size() : version <= limit;
}

bool all_digits(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace quarry::migrate
