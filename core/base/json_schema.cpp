#include "core/base/json_schema.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/base/json_schema_check.h"
#include "core/base/json_schema_graph.h"

namespace quarry {
namespace {

constexpr std::size_t max_schema_bytes = 1'000'000;
constexpr int max_schema_depth = 100;

nlohmann::json parse_schema(std::string_view text) {
    if (text.size() > max_schema_bytes) throw unusable_schema("it is longer than a million bytes");
    nlohmann::json json = parse_bounded_json(text, max_schema_depth);
    if (json.is_discarded()) throw unusable_schema(json_problem(text, max_schema_depth));
    if (!json.is_object() && !json.is_boolean()) throw unusable_schema("it is not a JSON object");
    return json;
}

}  // namespace

struct JsonSchema::Parsed {
    explicit Parsed(nlohmann::json schema) : json(std::move(schema)), graph(read_schema(json)) {}

    nlohmann::json json;
    SchemaGraph graph;  ///< Points into `json`.
};

JsonSchema::JsonSchema(std::string_view text) : parsed_(std::make_unique<Parsed>(parse_schema(text))) {}

JsonSchema::~JsonSchema() = default;
JsonSchema::JsonSchema(JsonSchema&&) noexcept = default;
JsonSchema& JsonSchema::operator=(JsonSchema&&) noexcept = default;

bool JsonSchema::is_of_object() const noexcept {
    if (!parsed_->json.is_object()) return false;
    const auto type = parsed_->json.find("type");
    return type != parsed_->json.end() && *type == "object";
}

std::vector<std::string> JsonSchema::problems(const nlohmann::json& value) const {
    return check_by_schema(parsed_->graph, parsed_->json, value);
}

}  // namespace quarry
