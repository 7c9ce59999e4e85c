#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <string_view>

namespace quarry::agent {

/// A condition or value of an agent file, such as `size(findings) > 0 and not approved`. Total: it has no loops, reads
/// nothing but the state, and gives a value for every state. What does not exist is null, and null, or a value of
/// another type than an operator takes, makes a comparison false and a calculation null.
///
///     or · and · not · == != < <= > >= · in · + - * / % · a.b[0] · size(x) lower(x) contains(a, b)
///     starts_with(a, b) ends_with(a, b) default(a, b) text(x) number(x) · 1 "a" 'a' true false null [1, 2]
///
/// Numbers are JSON's. A string, list or object is true where it is not empty; a number where it is not 0.
class Expression {
public:
    /// Throws Error(usage) with the column for what is not an expression, is longer than 2000 bytes, or is nested more
    /// than 50 deep.
    explicit Expression(std::string_view text);

    [[nodiscard]] const std::string& text() const noexcept { return text_; }
    /// The value in a state, which is an object. Never throws but for memory.
    [[nodiscard]] nlohmann::json value(const nlohmann::json& state) const;
    [[nodiscard]] bool holds(const nlohmann::json& state) const;
    /// The channels that it reads.
    [[nodiscard]] std::set<std::string> names() const;

    struct Node;

private:
    std::string text_;
    std::shared_ptr<const Node> root_;  ///< Shared by copies: it is constant.
};

/// Whether a value counts as true.
[[nodiscard]] bool is_truthy(const nlohmann::json& value) noexcept;

}  // namespace quarry::agent
