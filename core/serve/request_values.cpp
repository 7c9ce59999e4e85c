#include "core/serve/request_values.h"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "core/base/bounded_json.h"
#include "core/base/text.h"
#include "core/serve/access.h"

namespace quarry::serve {
namespace {

std::string_view place_name(Parameter::Place place) {
    switch (place) {
        case Parameter::Place::path: return "path";
        case Parameter::Place::query: return "query";
        case Parameter::Place::header: return "header";
        case Parameter::Place::cookie: return "cookie";
    }
    return "";
}

/// A text as the value that a parameter wants; nothing when it is none.
std::optional<nlohmann::json> parsed(const Json& schema, const std::string& text) {
    const std::string type = schema.value("type", "string");
    if (type == "integer") {
        std::int64_t number = 0;
        const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
        if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
        return number;
    }
    if (type == "boolean") {
        if (text != "true" && text != "false") return std::nullopt;
        return text == "true";
    }
    return text;
}

using Fields = std::vector<std::pair<std::string, std::string>>;

void read_parameter(const Parameter& parameter, const net::Request& request,
                    const std::map<std::string, std::string>& path, const Fields& query, RequestValues& result) {
    std::vector<std::string> texts;
    if (parameter.place == Parameter::Place::path) {
        texts.push_back(path.at(parameter.name));
    } else if (parameter.place == Parameter::Place::header) {
        if (const std::string_view value = request.header(parameter.name); !value.empty()) texts.emplace_back(value);
    } else if (parameter.place == Parameter::Place::cookie) {
        if (const std::string_view value = cookie_of(request, parameter.name); !value.empty())
            texts.emplace_back(value);
    } else {
        for (const auto& [name, value] : query) {
            if (name == parameter.name) texts.push_back(value);
        }
    }
    const std::vector<std::string> place = {std::string(place_name(parameter.place)), parameter.name};
    const bool is_list = parameter.schema.value("type", "") == "array";
    if (texts.empty()) {
        if (parameter.required) result.problems.push_back({place, "is missing", "missing"});
        return;
    }
    if (texts.size() > 1 && !is_list) {
        result.problems.push_back({place, "is given more than once", "invalid"});
        return;
    }
    nlohmann::json value;
    if (is_list) {
        value = texts;
    } else if (auto one = parsed(parameter.schema, texts.front())) {
        value = std::move(*one);
    } else {
        result.problems.push_back({place, "must be of type " + parameter.schema.value("type", "string"), "type"});
        return;
    }
    for (const std::string& problem : parameter.checked->problems(value)) {
        result.problems.push_back(problem_in(place, problem));
    }
    result.values[parameter.name] = std::move(value);
}

void read_query(const Route& route, const Fields& query, RequestValues& result) {
    for (const auto& [name, value] : query) {
        const bool known = std::ranges::any_of(route.parameters, [&, &name = name](const Parameter& one) {
            return one.place == Parameter::Place::query && one.name == name;
        });
        if (!known) result.problems.push_back({{"query", name}, "is not a parameter of this route", "unknown"});
    }
}

/// A form as an object of texts; discarded where it cannot be decoded, or has a field twice.
nlohmann::json form_body(std::string_view text) {
    const auto fields = net::form_fields(text);
    auto body = nlohmann::json::object();
    if (!fields) return nlohmann::json(nlohmann::json::value_t::discarded);
    for (const auto& [name, value] : *fields) {
        if (find_invalid_utf8(name) || find_invalid_utf8(value) || !body.emplace(name, value).second) {
            return nlohmann::json(nlohmann::json::value_t::discarded);
        }
    }
    return body;
}

void read_body(const Route& route, const net::Request& request, RequestValues& result) {
    const std::string_view type =
        trim(request.header("Content-Type").substr(0, request.header("Content-Type").find(';')));
    const std::string wanted = route.form ? "application/x-www-form-urlencoded" : "application/json";
    if (!request.body.empty() && ascii_lower(type) != wanted) {
        result.status = 415;
        result.problems.push_back({{"header", "Content-Type"}, "must be " + wanted, "format"});
        return;
    }
    const std::string_view text = request.body.empty() ? std::string_view("{}") : std::string_view(request.body);
    const auto body = route.form ? form_body(request.body) : parse_bounded_json<nlohmann::json>(text);
    if (route.form && body.is_discarded()) {
        result.status = 400;
        result.problems.push_back({{"body"}, "cannot be decoded, or has a field twice", "format"});
        return;
    }
    if (body.is_discarded()) {
        result.status = 400;
        result.problems.push_back({{"body"}, json_problem(text), "format"});
        return;
    }
    const std::vector<std::string> problems = route.checked_body->problems(body);
    for (const std::string& problem : problems) result.problems.push_back(problem_in({"body"}, problem));
    if (problems.empty()) result.values.update(body);
}

}  // namespace

RequestValues read_values(const Route& route, const net::Request& request,
                          const std::map<std::string, std::string>& path) {
    RequestValues result{.values = nlohmann::json::object()};
    const auto query = net::form_fields(request.query());
    const bool is_text = query && std::ranges::none_of(*query, [](const auto& field) {
                             return find_invalid_utf8(field.first) || find_invalid_utf8(field.second);
                         });
    if (!is_text) {
        result.problems.push_back({{"query"}, "cannot be decoded", "format"});
        return result;
    }
    read_query(route, *query, result);
    for (const Parameter& parameter : route.parameters) read_parameter(parameter, request, path, *query, result);
    if (!route.body.is_null()) read_body(route, request, result);
    return result;
}

}  // namespace quarry::serve
