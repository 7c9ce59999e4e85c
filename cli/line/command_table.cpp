// Finds commands by their words, and the nearest one to a mistyped word.
#include "cli/line/command_table.h"

#include <fmt/format.h>

#include <algorithm>

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
    if (parent.empty()) {
        // Commands of other tools that people try first.
        if (word == "version") throw Error(ErrorCode::usage, "unknown command 'version'", "try: quarry --version");
        const auto nearest = closest(word, names);
        throw Error(ErrorCode::usage, fmt::format("unknown command '{}'", word),
                    nearest ? fmt::format("did you mean '{}'? quarry --help lists every command", *nearest)
                            : "quarry --help lists every command");
    }
    const auto nearest = closest(word, names);
    throw Error(ErrorCode::usage, fmt::format("unknown sub-command '{}' of quarry {}", word, parent),
                nearest ? fmt::format("did you mean 'quarry {} {}'?", parent, *nearest)
                        : fmt::format("it is one of {}", fmt::join(names, ", ")));
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
