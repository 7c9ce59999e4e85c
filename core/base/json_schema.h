#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace quarry {

/// A JSON Schema that values are held against: of draft 2020-12, or of draft 7 and what earlier drafts share with it
/// where "$schema" names one of them. Nothing is ever fetched: a $ref may lead into the schema itself only. Of formats,
/// date, time and date-time are checked. May be used by several threads.
class JsonSchema {
public:
    /// Throws Error(usage), with the place in the schema, for what is not JSON or not a schema, refers to another
    /// document or back to itself, has a $schema or a $vocabulary that is not known, or a pattern that cannot be used
    /// (core/base/json_pattern.h).
    explicit JsonSchema(std::string_view text);
    ~JsonSchema();
    JsonSchema(JsonSchema&&) noexcept;
    JsonSchema& operator=(JsonSchema&&) noexcept;

    /// What is wrong with a value, for people and models, "/city: …", the first ten; empty when it fits. A value that
    /// takes too many steps or levels to check, by a schema made for that, does not fit.
    [[nodiscard]] std::vector<std::string> problems(const nlohmann::json& value) const;
    /// Whether only objects fit, as the arguments of a function must be: "type" is "object".
    [[nodiscard]] bool is_of_object() const noexcept;

private:
    struct Parsed;
    std::unique_ptr<Parsed> parsed_;
};

}  // namespace quarry
