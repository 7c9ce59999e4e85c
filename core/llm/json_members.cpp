#include "core/llm/json_members.h"

#include <algorithm>

#include "core/llm/lenient_json.h"

namespace quarry::llm {

const nlohmann::json* find_member(const nlohmann::json& object, std::string_view name) {
    if (!object.is_object()) return nullptr;
    const auto found = object.find(name);
    return found == object.end() || found->is_null() ? nullptr : &*found;
}

std::string text_member(const nlohmann::json& object, std::string_view name) {
    const nlohmann::json* const found = find_member(object, name);
    return found != nullptr && found->is_string() ? original_bytes(found->get_ref<const std::string&>())
                                                  : std::string();
}

std::int64_t count_member(const nlohmann::json& object, std::string_view name) {
    const nlohmann::json* const found = find_member(object, name);
    return found != nullptr && found->is_number_integer() ? std::max<std::int64_t>(found->get<std::int64_t>(), 0) : 0;
}

std::string json_text(const nlohmann::json& value) {
    return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace quarry::llm
