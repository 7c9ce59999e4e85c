#include "core/store/conversation_rules.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <set>

#include "core/base/text.h"

namespace quarry::store {

std::string_view turn_state_name(TurnState state) noexcept {
    switch (state) {
        case TurnState::unfinished: return "unfinished";
        case TurnState::answered: return "answered";
        case TurnState::stopped: return "stopped";
        case TurnState::failed: return "failed";
    }
    return "unfinished";
}

CollectionNames parse_collections(std::string_view text) {
    if (text.empty()) return std::nullopt;
    std::vector<std::string> names;
    for (const std::string_view name : split(text, ' ')) {
        if (!name.empty()) names.emplace_back(name);
    }
    return names;
}

std::string widened_collections(const std::string& before, bool has_turns, const CollectionNames& added) {
    const CollectionNames known = parse_collections(before);
    if (!added || (has_turns && !known)) return {};
    std::set<std::string> names(added->begin(), added->end());
    if (has_turns) names.insert(known->begin(), known->end());
    return names.empty() ? " " : fmt::format("{}", fmt::join(names, " "));
}

std::string checked_conversation_name(std::string_view name) {
    const bool odd = name.find_first_of("\t\n") != std::string_view::npos || strip_terminal_controls(name) != name;
    if (!name.empty() && name.size() <= max_conversation_name && !odd && !find_invalid_utf8(name) &&
        trim(name).size() == name.size()) {
        return std::string(name);
    }
    throw Error(ErrorCode::usage, "this is not a valid name for a conversation",
                fmt::format("a name is 1 to {} bytes of plain text on one line", max_conversation_name));
}

Error taken_conversation_name(std::string_view name) {
    return Error(ErrorCode::usage, fmt::format("there is a conversation {} already", name), "choose another name");
}

Error removed_conversation() {
    return Error(ErrorCode::failed, "the conversation no longer exists", "start a new one")
        .because("it was removed while in use");
}

std::vector<std::string> in_order_asked(std::vector<std::string> newest_first) {
    newest_first.erase(std::ranges::unique(newest_first).begin(), newest_first.end());
    std::ranges::reverse(newest_first);
    return newest_first;
}

}  // namespace quarry::store
