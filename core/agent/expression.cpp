// The expression language of agent files.
#include "core/agent/expression.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"

namespace quarry::agent {

struct Expression::Node {
    enum class Kind { literal, name, member, index, list, call, unary, binary };
    Kind kind = Kind::literal;
    std::string text{};         ///< Of a name, member, function or operator.
    nlohmann::json literal{};   ///< Of a literal.
    std::vector<Node> parts{};  ///< Operands, arguments, or what a member is of.
};

namespace {

using Node = Expression::Node;
using nlohmann::json;

constexpr std::size_t longest_expression = 2000;
constexpr int deepest_expression = 50;
constexpr std::size_t longest_text = 100'000;  // that + makes

struct Function {
    std::string_view name;
    std::size_t arguments;
};
constexpr std::array<Function, 8> functions = {{{"size", 1},
                                                {"lower", 1},
                                                {"contains", 2},
                                                {"starts_with", 2},
                                                {"ends_with", 2},
                                                {"default", 2},
                                                {"text", 1},
                                                {"number", 1}}};

struct Token {
    enum class Kind { end, name, literal, symbol };
    Kind kind = Kind::end;
    std::string text{};
    json literal{};
    std::size_t column = 0;
};

bool begins_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

class Lexer {
public:
    explicit Lexer(std::string_view text) : text_(text) {}

    Token next() {
        while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) ++at_;
        const std::size_t start = at_;
        if (at_ == text_.size()) return {.column = start + 1};
        const char c = text_[at_];
        if (begins_name(c)) {
            while (at_ < text_.size() && (begins_name(text_[at_]) || is_digit(text_[at_]))) ++at_;
            return {Token::Kind::name, std::string(text_.substr(start, at_ - start)), {}, start + 1};
        }
        if (is_digit(c)) return number(start);
        if (c == '"' || c == '\'') return quoted(start);
        for (const std::string_view symbol : {"==", "!=", "<=", ">=", "&&", "||"}) {
            if (text_.substr(at_).starts_with(symbol)) return take(symbol.size());
        }
        if (std::string_view("<>+-*/%()[],.!").find(c) == std::string_view::npos) {
            throw wrong(start + 1, fmt::format("unexpected {}", one_line(text_.substr(start, 1), 4)));
        }
        return take(1);
    }

    [[nodiscard]] Error wrong(std::size_t column, const std::string& what) const {
        return Error(ErrorCode::usage,
                     fmt::format("\"{}\" is not a condition: column {}: {}", one_line(text_, 200), column, what));
    }

private:
    Token take(std::size_t count) {
        const std::size_t start = at_;
        at_ += count;
        return {Token::Kind::symbol, std::string(text_.substr(start, count)), {}, start + 1};
    }
    Token number(std::size_t start) {
        while (at_ < text_.size() && (is_digit(text_[at_]) || text_[at_] == '.' || text_[at_] == 'e')) ++at_;
        json value = parse_bounded_json(text_.substr(start, at_ - start));
        if (!value.is_number()) throw wrong(start + 1, "this is not a number");
        return {Token::Kind::literal, {}, std::move(value), start + 1};
    }
    Token quoted(std::size_t start) {
        const char quote = text_[at_++];
        std::string value;
        for (; at_ < text_.size() && text_[at_] != quote; ++at_) {
            if (text_[at_] == '\\' && at_ + 1 < text_.size()) ++at_;
            value += text_[at_];
        }
        if (at_ == text_.size()) throw wrong(start + 1, "a quotation mark is not closed");
        ++at_;
        return {Token::Kind::literal, {}, std::move(value), start + 1};
    }

    std::string_view text_;
    std::size_t at_ = 0;
};

class Parser {
public:
    explicit Parser(std::string_view text) : lexer_(text) { advance(); }

    Node parse() {
        Node root = level(0);
        if (token_.kind != Token::Kind::end) throw unexpected("the end");
        return root;
    }

private:
    void advance() { token_ = lexer_.next(); }
    [[nodiscard]] bool is(std::string_view text) const {
        return (token_.kind == Token::Kind::symbol || token_.kind == Token::Kind::name) && token_.text == text;
    }
    bool accept(std::string_view text) {
        if (!is(text)) return false;
        advance();
        return true;
    }
    [[nodiscard]] Error unexpected(std::string_view wanted) const {
        const std::string found = token_.kind == Token::Kind::end       ? "the text ends"
                                  : token_.kind == Token::Kind::literal ? token_.literal.dump(-1, ' ', false, json::error_handler_t::replace)
                                                                        : token_.text;
        return lexer_.wrong(token_.column, fmt::format("expected {}, found {}", wanted, found));
    }
    void expect(std::string_view text) {
        if (!accept(text)) throw unexpected(text);
    }

    /// The operator of a level that stands here, in its one spelling.
    [[nodiscard]] std::optional<std::string> operator_of(std::size_t number) const {
        static const std::array<std::vector<std::string>, 5> levels = {
            {{"or", "||"}, {"and", "&&"}, {"==", "!=", "<", "<=", ">", ">=", "in"}, {"+", "-"}, {"*", "/", "%"}}};
        for (const std::string& one : levels[number]) {
            if (is(one)) return one == "||" ? "or" : one == "&&" ? "and" : one;
        }
        return std::nullopt;
    }

    Node level(std::size_t number) {
        if (number == 5) return unary();
        Node left = level(number + 1);
        // A chain of one operator leans to the left, and each link is a level of the tree.
        for (int links = 0;; ++links) {
            const auto found = operator_of(number);
            if (!found) return left;
            if (links == deepest_expression) throw lexer_.wrong(token_.column, "it is too long");
            advance();
            Node right = level(number + 1);
            Node both{.kind = Node::Kind::binary, .text = *found};
            both.parts.push_back(std::move(left));
            both.parts.push_back(std::move(right));
            left = std::move(both);
        }
    }

    Node unary() {
        if (++depth_ > deepest_expression) throw lexer_.wrong(token_.column, "it is nested too deep");
        Node node;
        if (is("not") || is("!") || is("-")) {
            node.kind = Node::Kind::unary;
            node.text = is("-") ? "-" : "not";
            advance();
            // "not a == b" is "not (a == b)", as in Python.
            node.parts.push_back(node.text == "not" ? level(2) : unary());
        } else {
            node = postfix(primary());
        }
        --depth_;
        return node;
    }

    Node postfix(Node node) {
        for (int links = 0; links < deepest_expression; ++links) {
            if (accept(".")) {
                if (token_.kind != Token::Kind::name) throw unexpected("a name");
                Node member{.kind = Node::Kind::member, .text = token_.text};
                member.parts.push_back(std::move(node));
                node = std::move(member);
                advance();
            } else if (accept("[")) {
                Node index{.kind = Node::Kind::index};
                index.parts.push_back(std::move(node));
                index.parts.push_back(level(0));
                expect("]");
                node = std::move(index);
            } else {
                return node;
            }
        }
        throw lexer_.wrong(token_.column, "it is too long");
    }

    Node primary() {
        Node node;
        if (token_.kind == Token::Kind::literal) {
            node.literal = std::move(token_.literal);
            advance();
        } else if (accept("(")) {
            node = level(0);
            expect(")");
        } else if (accept("[")) {
            node.kind = Node::Kind::list;
            arguments(node, "]");
        } else if (token_.kind == Token::Kind::name) {
            const Token name = token_;
            advance();
            if (name.text == "true" || name.text == "false") {
                node.literal = name.text == "true";
            } else if (name.text != "null") {
                node.text = name.text;
                node.kind = accept("(") ? Node::Kind::call : Node::Kind::name;
                if (node.kind == Node::Kind::call) call(node, name.column);
            }
        } else {
            throw unexpected("a value");
        }
        return node;
    }

    void arguments(Node& node, std::string_view end) {
        if (accept(end)) return;
        do {
            node.parts.push_back(level(0));
        } while (accept(","));
        expect(end);
    }

    void call(Node& node, std::size_t column) {
        const auto* const known = std::ranges::find(functions, node.text, &Function::name);
        if (known == functions.end()) {
            std::vector<std::string> names;
            for (const Function& one : functions) names.emplace_back(one.name);
            const auto nearest = closest(node.text, names);
            throw lexer_.wrong(column, fmt::format("there is no function {}{}", node.text,
                                                   nearest ? fmt::format("; did you mean {}?", *nearest) : ""));
        }
        arguments(node, ")");
        if (node.parts.size() != known->arguments) {
            throw lexer_.wrong(column, fmt::format("{} takes {} value{}", node.text, known->arguments,
                                                   known->arguments == 1 ? "" : "s"));
        }
    }

    Lexer lexer_;
    Token token_;
    int depth_ = 0;
};

json evaluate(const Node& node, const json& state);

json element(const json& of, const json& at) {
    if (of.is_object() && at.is_string()) {
        const auto found = of.find(at.get_ref<const std::string&>());
        return found == of.end() ? json() : *found;
    }
    if (!of.is_array() || !at.is_number_integer()) return nullptr;
    const auto index = at.get<std::int64_t>();
    const auto size = static_cast<std::int64_t>(of.size());
    const std::int64_t place = index < 0 ? index + size : index;
    return place < 0 || place >= size ? json() : of[static_cast<std::size_t>(place)];
}

bool is_in(const json& one, const json& all) {
    if (all.is_array()) return std::ranges::find(all, one) != all.end();
    if (!one.is_string()) return false;
    const auto& text = one.get_ref<const std::string&>();
    if (all.is_object()) return all.contains(text);
    return all.is_string() && all.get_ref<const std::string&>().find(text) != std::string::npos;
}

json calculate(const std::string& op, const json& left, const json& right) {
    if (op == "+" && left.is_string() && right.is_string()) {
        const auto &a = left.get_ref<const std::string&>(), &b = right.get_ref<const std::string&>();
        return a.size() + b.size() > longest_text ? json() : json(a + b);
    }
    if (op == "+" && left.is_array() && right.is_array()) {
        json both = left;
        both.insert(both.end(), right.begin(), right.end());
        return both;
    }
    if (!left.is_number() || !right.is_number()) return nullptr;
    if (left.is_number_integer() && right.is_number_integer()) {
        const auto a = left.get<std::int64_t>(), b = right.get<std::int64_t>();
        std::int64_t result = 0;
        if (op == "+" && !__builtin_add_overflow(a, b, &result)) return result;
        if (op == "-" && !__builtin_sub_overflow(a, b, &result)) return result;
        if (op == "*" && !__builtin_mul_overflow(a, b, &result)) return result;
        if (op == "%" && b != 0 && b != -1) return a % b;
        if (op == "%") return b == 0 ? json() : json(0);
    }
    const double a = left.get<double>(), b = right.get<double>();
    if (op == "/" && b == 0) return nullptr;
    const double result = op == "+" ? a + b : op == "-" ? a - b : op == "*" ? a * b : op == "/" ? a / b : std::fmod(a, b);
    return std::isfinite(result) ? json(result) : json();
}

json compare(const std::string& op, const json& left, const json& right) {
    if (op == "==") return left == right;
    if (op == "!=") return left != right;
    if (op == "in") return is_in(left, right);
    const bool comparable = (left.is_number() && right.is_number()) || (left.is_string() && right.is_string());
    if (!comparable) return false;
    return op == "<" ? left < right : op == "<=" ? left <= right : op == ">" ? left > right : left >= right;
}

json binary(const Node& node, const json& state) {
    if (node.text == "and" || node.text == "or") {
        const bool left = is_truthy(evaluate(node.parts[0], state));
        if (left == (node.text == "or")) return left;
        return is_truthy(evaluate(node.parts[1], state));
    }
    const json left = evaluate(node.parts[0], state), right = evaluate(node.parts[1], state);
    const bool calculates = std::string_view("+-*/%").find(node.text) != std::string_view::npos;
    return calculates ? calculate(node.text, left, right) : compare(node.text, left, right);
}

json text_value(const json& value) {
    return value.is_string() ? value : json(value.is_null() ? "" : value.dump(-1, ' ', false, json::error_handler_t::replace));
}

json called(const Node& node, const json& state) {
    const json first = evaluate(node.parts[0], state);
    const std::string& name = node.text;
    if (name == "size") {
        if (first.is_string()) return count_code_points(first.get_ref<const std::string&>());
        return first.is_structured() ? first.size() : 0;
    }
    if (name == "text") return text_value(first);
    if (name == "lower") return first.is_string() ? json(ascii_lower(first.get_ref<const std::string&>())) : json();
    if (name == "number") {
        if (first.is_number() || !first.is_string()) return first.is_number() ? first : json();
        json value = parse_bounded_json(trim(first.get_ref<const std::string&>()));
        return value.is_number() ? value : json();
    }
    const json second = evaluate(node.parts[1], state);
    if (name == "default") return first.is_null() ? second : first;
    if (name == "contains") return is_in(second, first);
    if (!first.is_string() || !second.is_string()) return false;
    const auto &whole = first.get_ref<const std::string&>(), &part = second.get_ref<const std::string&>();
    return name == "starts_with" ? whole.starts_with(part) : whole.ends_with(part);
}

json evaluate(const Node& node, const json& state) {
    switch (node.kind) {
        case Node::Kind::literal: return node.literal;
        case Node::Kind::name: return element(state, node.text);
        case Node::Kind::member: return element(evaluate(node.parts[0], state), node.text);
        case Node::Kind::index: return element(evaluate(node.parts[0], state), evaluate(node.parts[1], state));
        case Node::Kind::list: {
            json list = json::array();
            for (const Node& part : node.parts) list.push_back(evaluate(part, state));
            return list;
        }
        case Node::Kind::call: return called(node, state);
        case Node::Kind::unary: {
            const json value = evaluate(node.parts[0], state);
            if (node.text == "not") return !is_truthy(value);
            return calculate("-", 0, value);
        }
        case Node::Kind::binary: return binary(node, state);
    }
    return nullptr;
}

void collect_names(const Node& node, std::set<std::string>& names) {
    if (node.kind == Node::Kind::name) names.insert(node.text);
    for (const Node& part : node.parts) collect_names(part, names);
}

}  // namespace

Expression::Expression(std::string_view text) : text_(text) {
    if (text.size() > longest_expression) {
        throw Error(ErrorCode::usage, fmt::format("a condition has more than {} bytes", longest_expression));
    }
    root_ = std::make_shared<const Node>(Parser(text_).parse());
}

json Expression::value(const json& state) const { return evaluate(*root_, state); }

bool Expression::holds(const json& state) const { return is_truthy(value(state)); }

std::set<std::string> Expression::names() const {
    std::set<std::string> names;
    collect_names(*root_, names);
    return names;
}

bool is_truthy(const json& value) noexcept {
    if (value.is_boolean()) return value.get<bool>();
    if (value.is_number()) return value.get<double>() != 0;
    if (value.is_string()) return !value.get_ref<const std::string&>().empty();
    return value.is_structured() && !value.empty();
}

}  // namespace quarry::agent
