#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace quarry {

/// A JSON Schema (draft 7 and what earlier drafts share with it) that values are held against. Nothing is fetched: a
/// $ref may point into the schema itself only. May be used by one thread at a time.
class JsonSchema {
public:
    /// Throws Error(usage) for what is no JSON, no schema, refers to another file or address, or has a pattern that
    /// cannot be used (core/base/json_pattern.h).
    explicit JsonSchema(std::string_view text);
    ~JsonSchema();
    JsonSchema(JsonSchema&&) noexcept;
    JsonSchema& operator=(JsonSchema&&) noexcept;

    /// What is wrong with a value, for people and models, "/city: …", the first ten; empty when it fits. A value with
    /// texts over 4096 bytes does not fit a schema that has a "format".
    [[nodiscard]] std::vector<std::string> problems(const nlohmann::json& value) const;
    /// Whether only objects fit, as the arguments of a function must be: "type" is "object".
    [[nodiscard]] bool is_of_object() const noexcept;

private:
    struct Parsed;
    std::unique_ptr<Parsed> parsed_;
};

}  // namespace quarry
