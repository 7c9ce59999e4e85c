// Finds commands by their words, and the nearest one to a mistyped word.
#include "cli/line/command_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/line/habits.h"
#include "core/base/text.h"

namespace quarry::cli {

std::string_view CommandTable::Entry::name() const {
    const std::string_view path = info.path;
    const std::size_t space = path.rfind(' ');
    return space == std::string_view::npos ? path : path.substr(space + 1);
}

CommandTable::CommandTable() {
    for (auto& command : make_commands()) {
        CommandInfo info = command->info();
        entries_.push_back({std::move(info), std::move(command)});
    }
}

CommandTable::Entry* CommandTable::find(std::string_view path) {
    const auto found = std::ranges::find_if(entries_, [&](const Entry& entry) { return entry.info.path == path; });
    return found == entries_.end() ? nullptr : &*found;
}

std::vector<CommandTable::Entry*> CommandTable::children(std::string_view path) {
    std::vector<Entry*> found;
    for (Entry& entry : entries_) {
        const std::string_view own = entry.info.path;
        const std::size_t space = own.rfind(' ');
        const std::string_view parent = space == std::string_view::npos ? std::string_view() : own.substr(0, space);
        if (parent == path) found.push_back(&entry);
    }
    return found;
}

CommandTable::Entry& CommandTable::child(std::string_view parent, const std::string& word) {
    std::vector<std::string> names;
    for (Entry* entry : children(parent)) {
        if (entry->name() == word) return *entry;
        names.emplace_back(entry->name());
    }
    if (parent.empty()) throw unknown_command(word, names);
    const std::string usual = usual_name(word, names);
    const auto nearest = usual.empty() ? closest(word, names) : usual;
    throw Error(ErrorCode::usage, fmt::format("unknown sub-command '{}' of quarry {}", word, parent),
                nearest ? fmt::format("did you mean 'quarry {} {}'?", parent, *nearest)
                        : fmt::format("it is one of {}", fmt::join(names, ", ")));
}

Error CommandTable::unknown_command(const std::string& word, const std::vector<std::string>& names) const {
    std::vector<std::string> below;
    for (const Entry& entry : entries_) {
        const std::array<std::string, 1> name{std::string(entry.name())};
        const bool is_below = entry.info.path.find(' ') != std::string::npos;
        if (is_below && (name[0] == word || !usual_name(word, name).empty()))
            below.push_back("quarry " + entry.info.path);
    }
    std::string hint = "quarry --help lists every command";
    if (word == "version") {
        hint = "try: quarry --version";
    } else if (word.find(' ') != std::string::npos) {
        hint = "to ask a question: quarry ask \"QUESTION\"; to search: quarry search WORDS";
    } else if (const auto nearest = closest(word, names)) {
        hint = fmt::format("did you mean '{}'? {}", *nearest, hint);
    } else if (!below.empty()) {
        hint = fmt::format("did you mean {}?", fmt::join(below, ", "));
    }
    return Error(ErrorCode::usage, fmt::format("unknown command '{}'", word), std::move(hint));
}

CommandTable::Entry& CommandTable::resolve(std::span<const std::string> words) {
    std::string path;
    Entry* entry = nullptr;
    for (const std::string& word : words) {
        if (entry != nullptr && !entry->command->is_group()) {
            throw Error(ErrorCode::usage, fmt::format("quarry {} has no sub-commands", path),
                        fmt::format("try: quarry {} --help", path));
        }
        entry = &child(path, word);
        path = entry->info.path;
    }
    if (entry == nullptr) throw Error(ErrorCode::usage, "no command given", "quarry --help lists every command");
    return *entry;
}

}  // namespace quarry::cli
