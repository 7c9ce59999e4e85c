// Reads cases, one JSON object a line: {"schema": …, "values": [...]}. Prints for each a line: {"problems": [[...],
// ...]}, what is wrong with each value, or {"refused": "why the schema cannot be used"}. For holding quarry's checks
// against what others say.
#include <iostream>
#include <nlohmann/json.hpp>
#include <string>

#include "core/base/error.h"
#include "core/base/json_schema.h"

namespace {

nlohmann::json problems_of(const nlohmann::json& one) {
    nlohmann::json problems = nlohmann::json::array();
    try {
        const quarry::JsonSchema schema(one.at("schema").dump());
        for (const nlohmann::json& value : one.at("values")) problems.push_back(schema.problems(value));
    } catch (const quarry::Error& error) {
        return {{"refused", error.what()}};
    }
    return {{"problems", std::move(problems)}};
}

}  // namespace

int main() {
    for (std::string line; std::getline(std::cin, line);) {
        std::cout << problems_of(nlohmann::json::parse(line)).dump() << '\n';
    }
}
