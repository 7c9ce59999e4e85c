// Errors for programs.
#include "core/wire/error_json.h"

#include <nlohmann/json.hpp>

namespace quarry::wire {

nlohmann::ordered_json error_json(const Error& error) {
    return {{"code", error_code_name(error.code())},
            {"exit_code", static_cast<int>(error.code())},
            {"message", error.message()},
            {"causes", error.causes()},
            {"hint", error.hint()}};
}

}  // namespace quarry::wire
