// Every command as data.
#include "cli/line/command_model.h"

#include <algorithm>

#include "cli/line/command_line.h"
#include "cli/line/help.h"
#include "core/config/config.h"

namespace quarry::cli {

std::string CommandModel::joined(char separator) const {
    std::string text = info.path;
    std::ranges::replace(text, ' ', separator);
    return text;
}

std::vector<CommandModel> command_models(CommandTable& table) {
    const auto children_of = [&](std::string_view path) {
        std::vector<std::pair<std::string, std::string>> children;
        for (const CommandTable::Entry* child : table.children(path)) {
            children.emplace_back(child->name(), child->info.summary);
        }
        return children;
    };
    GlobalOptions ignored;
    std::vector<CommandModel> models;
    models.push_back({quarry_info(), true, false, option_models(root_options(ignored)), children_of("")});
    for (CommandTable::Entry& entry : table.entries()) {
        models.push_back({entry.info, entry.command->is_group(), entry.command->runs_alone(),
                          option_models(command_options(entry, ignored)), children_of(entry.info.path)});
    }
    return models;
}

std::vector<std::string> value_words(const OptionModel& option, const std::vector<CommandModel>& commands) {
    std::vector<std::string> words = option.choices;
    if (option.placeholder == "KEY") {
        for (const config::ConfigKey& key : config::config_keys()) words.push_back(key.name);
    } else if (option.placeholder == "COMMAND") {
        for (const auto& [name, summary] : commands.front().children) words.push_back(name);
    } else if (words.empty()) {
        // "--strategy" overrides chunk.strategy: the same values are allowed.
        for (const config::ConfigKey& key : config::config_keys()) {
            const std::string name = "--" + key.name.substr(key.name.find('.') + 1);
            if (std::ranges::find(option.long_names, name) != option.long_names.end()) words = key.choices;
        }
    }
    return words;
}

}  // namespace quarry::cli
