// The completion script for zsh: one function a command, in the terms of _arguments.
#include <fmt/format.h>

#include "cli/line/completions.h"

namespace quarry::cli {
namespace {

/// Text inside single quotes, with what _arguments would read as its own escaped.
std::string zsh_quoted(std::string_view text) {
    std::string result;
    for (const char c : text) {
        if (c == '\'') {
            result += "'\\''";
        } else if (c == '[' || c == ']' || c == ':' || c == '\\') {
            result += {'\\', c};
        } else {
            result += c;
        }
    }
    return result;
}

/// "PATH:_files", "WHEN:(auto always never)": what stands after an option's first colon.
std::string action_of(const OptionModel& option, const std::vector<CommandModel>& commands) {
    const std::string label = option.choices.empty() ? option.placeholder : "value";
    std::string action;
    if (const auto words = value_words(option, commands); !words.empty()) {
        action = fmt::format("({})", fmt::join(words, " "));
    } else if (option.value == OptionModel::Value::path) {
        action = "_files";
    } else if (option.value == OptionModel::Value::directory) {
        action = "_files -/";
    } else if (option.value == OptionModel::Value::profile) {
        action = "_quarry_profiles";
    }
    return zsh_quoted(label) + ":" + action;
}

/// The specifications of one option or argument, each a quoted line.
std::string specification(const OptionModel& option, const std::vector<CommandModel>& commands) {
    if (!option.positional.empty()) {
        return fmt::format("        '{}:{}'\n",
                           option.repeatable ? "*"
                           : option.required ? ""
                                             : ":",
                           action_of(option, commands));
    }
    std::string lines;
    std::vector<std::string> names = option.short_names;
    names.insert(names.end(), option.long_names.begin(), option.long_names.end());
    const bool has_value = option.value != OptionModel::Value::none;
    for (const std::string& name : names) {
        const std::string exclusive = option.repeatable  ? "*"
                                      : names.size() > 1 ? fmt::format("({})", fmt::join(names, " "))
                                                         : "";
        const std::string assign = !has_value ? "" : name.starts_with("--") ? "=" : "+";
        lines += fmt::format("        '{}{}{}[{}]{}'\n", exclusive, name, assign, zsh_quoted(option.description),
                             has_value ? ":" + action_of(option, commands) : "");
    }
    return lines;
}

constexpr std::string_view profiles_function = R"sh(_quarry_profiles() {
    local -a names
    names=(${(f)"$(quarry models ls --json --fields profiles.name 2>/dev/null |
        sed -n 's/.*"name": "\([A-Za-z0-9_-]*\)".*/\1/p')"})
    compadd -a names
}

)sh";

std::string function_name(const CommandModel& command) {
    std::string name = command.info.path.empty() ? "_quarry" : "_quarry_" + command.joined('_');
    for (char& c : name) {
        if (c == '-') c = '_';
    }
    return name;
}

std::string group_function(const CommandModel& command, const std::string& options) {
    std::string text = fmt::format("{}() {{\n    local curcontext=$curcontext state line ret=1\n    typeset -A "
                                   "opt_args\n    local -a commands=(\n",
                                   function_name(command));
    std::string cases;
    for (const auto& [name, summary] : command.children) {
        text += fmt::format("        '{}:{}'\n", name, zsh_quoted(summary));
        const std::string path = command.info.path.empty() ? name : command.info.path + " " + name;
        CommandModel child;
        child.info.path = path;
        cases += fmt::format("                {}) {} && ret=0 ;;\n", name, function_name(child));
    }
    text +=
        fmt::format("    )\n    _arguments -C \\\n{}        '1: :->command' '*:: :->arguments' && ret=0\n"
                    "    case $state in\n        command) _describe -t commands command commands && ret=0 ;;\n"
                    "        arguments)\n            case $words[1] in\n{}            esac\n            ;;\n    esac\n"
                    "    return ret\n}}\n",
                    options, cases);
    return text;
}

std::string function_of(const CommandModel& command, const std::vector<CommandModel>& commands) {
    std::string options;
    for (const OptionModel& option : command.options) {
        std::string lines = specification(option, commands);
        for (std::size_t at = 0; (at = lines.find('\n', at)) != std::string::npos; at += 3)
            lines.replace(at, 1, " \\\n");
        options += lines;
    }
    if (command.is_group) return group_function(command, options);
    options.resize(options.size() - 3);  // the last " \\\n"
    return fmt::format("{}() {{\n    _arguments -s -S \\\n{}\n}}\n", function_name(command), options);
}

}  // namespace

std::string zsh_completion(const std::vector<CommandModel>& commands) {
    std::string text = "#compdef quarry\n# Completion of quarry for zsh. Generated by: quarry completions zsh\n\n";
    text += profiles_function;
    for (const CommandModel& command : commands) text += function_of(command, commands) + "\n";
    // As a file in $fpath zsh calls it by name; sourced, it is bound to the command.
    text += "if [[ $funcstack[1] == _quarry ]]; then\n    _quarry \"$@\"\nelse\n    compdef _quarry quarry\nfi\n";
    return text;
}

}  // namespace quarry::cli
