#include "core/store/metadata_value.h"

#include <charconv>
#include <nlohmann/json.hpp>

#include "core/base/text.h"

namespace quarry::store {
namespace {

std::string folded_tag(std::string_view tag) {
    tag = trim(tag);
    if (tag.starts_with('#')) tag.remove_prefix(1);
    return ascii_lower(tag);
}

}  // namespace

std::string metadata_text(const nlohmann::json& value) {
    if (value.is_string()) return value.get<std::string>();
    return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

std::optional<double> metadata_number(std::string_view text) {
    double number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
    return number;
}

void for_each_tag(const nlohmann::json& value, const std::function<bool(std::string tag)>& visit) {
    if (value.is_array()) {
        for (const nlohmann::json& tag : value) {
            if (!visit(folded_tag(metadata_text(tag)))) return;
        }
        return;
    }
    const std::string list = metadata_text(value);
    for (const std::string_view tag : split(list, ',')) {
        if (!visit(folded_tag(tag))) return;
    }
}

}  // namespace quarry::store
