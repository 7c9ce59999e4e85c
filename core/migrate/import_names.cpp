#include "core/migrate/import_names.h"

#include <algorithm>

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
    if (!all_digits(version)) return std::string(version);
    const std::size_t start = std::min(version.find_first_not_of('0'), version.size() - 1);
    return std::string(version.substr(start));
}

bool version_at_most(std::string_view version, std::string_view limit) noexcept {
    return version.size() != limit.size() ? version.size() < limit.size() : version <= limit;
}

bool all_digits(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace quarry::migrate
