// Conditions and values of agent files. Whatever their bytes, reading one ends with an expression or an error that names
// a column; an expression gives the same value each time, for any state, and reads nothing but what it names.

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

#include "core/agent/expression.h"
#include "core/base/error.h"

namespace {

void require_holds(bool holds) {
    if (!holds) std::abort();
}

const nlohmann::json& states(std::size_t at) {
    static const nlohmann::json all = {
        nlohmann::json::object(),
        {{"input", "text"}, {"n", 3}, {"list", {1, "two", nullptr}}, {"object", {{"a", {{"b", 1.5}}}}}, {"yes", true}},
        {{"input", 0}, {"n", -9223372036854775807LL}, {"list", 1}, {"object", {1, 2}}, {"yes", "no"}}};
    return all[at];
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    try {
        const quarry::agent::Expression expression(text);
        require_holds(size <= 2000);
        const auto names = expression.names();
        for (std::size_t i = 0; i < 3; ++i) {
            const nlohmann::json value = expression.value(states(i));
            const std::string written = value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
            require_holds(expression.holds(states(i)) == quarry::agent::is_truthy(value));
            // What it does not name, it does not read.
            nlohmann::json read = nlohmann::json::object();
            for (const auto& [name, member] : states(i).items()) {
                if (names.contains(name)) read[name] = member;
            }
            const nlohmann::json again = expression.value(read);
            require_holds(again.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) == written);
        }
    } catch (const quarry::Error& error) {
        require_holds(error.code() == quarry::ErrorCode::usage);
    }
    return 0;
}
