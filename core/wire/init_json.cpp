#include "core/wire/init_json.h"

#include <nlohmann/json.hpp>

namespace quarry::wire {

nlohmann::ordered_json init_json(const std::string& settings, const std::string& base) {
    return {{"schema", "quarry.init/1"}, {"settings", settings}, {"base", base}};
}

}  // namespace quarry::wire
