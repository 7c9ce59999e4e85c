#include "core/migrate/variables.h"

#include <fmt/format.h>

#include <algorithm>

namespace quarry::migrate {
namespace {

/// ${NAME} or, where the script lets any variable be replaced, ${NAME:-default}.
struct Variable {
    std::string name;
    std::optional<std::string> fallback;
};

Variable read_variable(const Script& script, std::string_view inside) {
    const std::size_t colon = inside.find(":-");
    if (!script.any_variable || colon == std::string_view::npos) return {std::string(inside), std::nullopt};
    return {std::string(inside.substr(0, colon)), std::string(inside.substr(colon + 2))};
}

}  // namespace

std::string replace_variables(const Script& script, sql::Section statement, const Environment& environment) {
    const std::string_view sql = script.sql_of(statement);
    if (script.variables.empty() && !script.any_variable) return std::string(sql);
    std::string replaced;
    std::size_t copied = 0;
    for (std::size_t at = sql.find("${"); at != std::string_view::npos; at = sql.find("${", at + 2)) {
        const std::size_t end = sql.find('}', at);
        if (end == std::string_view::npos) break;
        const Variable variable = read_variable(script, sql.substr(at + 2, end - at - 2));
        const bool declared =
            std::find(script.variables.begin(), script.variables.end(), variable.name) != script.variables.end();
        if (!declared && !script.any_variable) continue;
        std::optional<std::string> value = environment ? environment(variable.name) : std::nullopt;
        if (!value) value = variable.fallback;
        if (!value) {
            throw script.source().error_at(
                statement.start + at, fmt::format("the environment variable {} is not set", variable.name),
                fmt::format("set it, such as with export {0}=VALUE, and let migrations have it: --env {0}",
                            variable.name));
        }
        replaced.append(sql.substr(copied, at - copied)).append(*value);
        copied = end + 1;
    }
    return replaced.append(sql.substr(copied));
}

void require_variables(const Script& script, const Environment& environment) {
    if (script.variables.empty() && !script.any_variable) return;
    for (const sql::Section& statement : script.statements) (void)replace_variables(script, statement, environment);
}

}  // namespace quarry::migrate
