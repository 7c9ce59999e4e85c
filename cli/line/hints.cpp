// Commands in hints, as the user would type them here.
#include "cli/line/hints.h"

#include <fmt/format.h>

#include <algorithm>

namespace quarry::cli {
namespace {

std::string without_owners(std::string_view options) {
    const std::size_t at = (std::string(options) + " ").find(std::string(owners_option) + " ");
    std::string rest(options);
    return at == std::string::npos ? rest : rest.erase(at, owners_option.size());
}

}  // namespace

std::string complete_hint(std::string_view hint, std::string_view options) {
    constexpr std::string_view group = "quarry migrate ";
    std::string text;
    std::size_t from = 0;
    bool completed = false;
    for (std::size_t at = hint.find(group); at != std::string_view::npos; at = hint.find(group, from)) {
        std::size_t end = at + group.size();
        while (end < hint.size() && ((hint[end] >= 'a' && hint[end] <= 'z') || hint[end] == '-')) ++end;
        const std::string_view name = hint.substr(at + group.size(), end - at - group.size());
        text += hint.substr(from, end - from);
        from = end;
        // The linter's rules are the same everywhere.
        if (name.empty() || name == "lint") continue;
        const bool has_owners = name == "check" || name == "diff" || name == "dump" || name == "new";
        text += has_owners ? std::string(options) : without_owners(options);
        completed = true;
    }
    text += hint.substr(from);
    if (completed && options.find(secret_url) != std::string_view::npos) {
        text += ", with the URL in the variable DATABASE_URL";
    }
    return text;
}

void complete_problem_hint(nlohmann::ordered_json& document, std::string_view options) {
    const auto problem = document.find("problem");
    if (problem == document.end()) return;
    nlohmann::ordered_json& hint = (*problem)["hint"];
    hint = complete_hint(hint.get<std::string>(), options);
}

Error with_complete_hint(Error error, std::string_view options) {
    std::string hint = complete_hint(error.hint(), options);
    return std::move(error).with_hint(std::move(hint));
}

}  // namespace quarry::cli
