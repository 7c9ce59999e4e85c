#include "core/migrate/directives.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "core/base/text.h"

namespace quarry::migrate {
namespace {

constexpr std::string_view quarry_prefix = "quarry:";
constexpr std::string_view dbmate_prefix = "migrate:";
constexpr std::string_view goose_prefix = "+goose";

const std::array<std::string, 8>& known_directives() {
    static const std::array<std::string, 8> known = {"up",    "down",         "irreversible",      "no-transaction",
                                                     "allow", "lock-timeout", "statement-timeout", "env"};
    return known;
}

bool starts_with_folded(std::string_view text, std::string_view prefix) {
    return ascii_lower(text.substr(0, prefix.size())) == prefix;
}

/// "name: argument" or "name argument".
void read_name_and_argument(std::string_view text, Directive& directive) {
    const std::size_t name_end = text.find_first_of(": \t");
    directive.name = text.substr(0, name_end);
    if (name_end == std::string_view::npos) return;
    std::string_view rest = trim(text.substr(name_end));
    if (rest.starts_with(':')) rest = trim(rest.substr(1));
    directive.argument = rest;
}

bool is_variable_name(std::string_view name) {
    const auto is_letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
    return !name.empty() && is_letter(name.front()) &&
           std::all_of(name.begin(), name.end(), [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

void add_variables(const sql::SourceText& source, const Directive& directive, Script& script) {
    const std::size_t before = script.variables.size();
    for (std::string_view rest = directive.argument; !rest.empty();) {
        const std::size_t end = rest.find_first_of(", \t");
        const std::string_view name = rest.substr(0, end);
        rest = end == std::string_view::npos ? std::string_view() : trim(rest.substr(end + 1));
        if (name.empty()) continue;
        if (!is_variable_name(name)) {
            throw source.error_at(directive.start,
                                  fmt::format("\"{}\" is not the name of an environment variable", name),
                                  "name those whose ${NAME} is to be replaced: -- quarry:env: APP_ROLE, APP_SCHEMA");
        }
        script.variables.emplace_back(name);
    }
    if (script.variables.size() == before) {
        throw source.error_at(directive.start, "\"-- quarry:env\" names no environment variable",
                              "name those whose ${NAME} is to be replaced: -- quarry:env: APP_ROLE");
    }
}

std::chrono::milliseconds required_duration(const sql::SourceText& source, const Directive& directive) {
    if (const auto duration = parse_duration(directive.argument)) return *duration;
    throw source.error_at(
        directive.start,
        fmt::format("\"-- quarry:{}\" needs a duration, and \"{}\" is not one", directive.name,
                    one_line(directive.argument, 40)),
        fmt::format("write a number with its unit: -- quarry:{}: 5s (or 300ms, 2min, 1h)", directive.name));
}

void require_no_argument(const sql::SourceText& source, const Directive& directive) {
    if (directive.argument.empty()) return;
    throw source.error_at(directive.start, fmt::format("\"-- quarry:{}\" is followed by something", directive.name),
                          "put nothing else on its line");
}

}  // namespace

std::optional<Directive> read_directive(const sql::SourceText& source, const sql::Token& token) {
    if (token.kind != sql::TokenKind::line_comment) return std::nullopt;
    const std::string_view comment = trim(source.text.substr(token.start + 2, token.end - token.start - 2));
    Directive directive{FileFormat::quarry, {}, {}, token.start, token.end};
    if (starts_with_folded(comment, quarry_prefix)) {
        read_name_and_argument(comment.substr(quarry_prefix.size()), directive);
    } else if (comment.starts_with(dbmate_prefix)) {
        directive.format = FileFormat::dbmate;
        read_name_and_argument(comment.substr(dbmate_prefix.size()), directive);
        if (directive.name != "up" && directive.name != "down") return std::nullopt;
    } else if (starts_with_folded(comment, goose_prefix)) {
        directive.format = FileFormat::goose;
        directive.name = ascii_lower(trim(comment.substr(goose_prefix.size())));
    } else {
        return std::nullopt;
    }
    return directive;
}

void throw_unknown_directive(const sql::SourceText& source, const Directive& directive) {
    const std::string& word = directive.name.empty() ? directive.argument : directive.name;
    const auto meant = closest(word, known_directives());
    throw source.error_at(directive.start,
                          fmt::format("unknown directive \"-- quarry:{}\"",
                                      directive.name.empty() ? " " + one_line(word, 40) : one_line(word, 40)),
                          meant ? fmt::format("did you mean \"-- quarry:{}\"?", *meant)
                                : fmt::format("quarry knows: {}", fmt::join(known_directives(), ", ")));
}

bool apply_to_script(const sql::SourceText& source, const Directive& directive, Script& script) {
    if (directive.format == FileFormat::goose) {
        if (directive.name == "no transaction") {
            script.transactional = false;
        } else if (directive.name == "envsub on") {
            script.any_variable = true;
        } else {
            return false;
        }
        return true;
    }
    if (directive.format == FileFormat::dbmate) {
        if (directive.argument.find("transaction:false") != std::string::npos) script.transactional = false;
        return true;
    }
    if (directive.name == "no-transaction") {
        require_no_argument(source, directive);
        script.transactional = false;
    } else if (directive.name == "lock-timeout") {
        script.lock_timeout = required_duration(source, directive);
    } else if (directive.name == "statement-timeout") {
        script.statement_timeout = required_duration(source, directive);
    } else if (directive.name == "env") {
        add_variables(source, directive, script);
    } else {
        return false;
    }
    return true;
}

std::optional<std::chrono::milliseconds> parse_duration(std::string_view text) {
    constexpr std::int64_t day_ms = 86'400'000;
    std::int64_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error != std::errc() || number <= 0 || number > day_ms) return std::nullopt;
    const std::string unit = ascii_lower(trim(text.substr(static_cast<std::size_t>(end - text.data()))));
    std::int64_t factor = 0;
    if (unit == "ms") factor = 1;
    if (unit == "s") factor = 1000;
    if (unit == "min" || unit == "m") factor = 60'000;
    if (unit == "h") factor = 3'600'000;
    if (factor == 0 || number > day_ms / factor) return std::nullopt;
    return std::chrono::milliseconds(number * factor);
}

}  // namespace quarry::migrate
