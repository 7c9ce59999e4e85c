// Manual pages from the command definitions.
#include "cli/line/man_page.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/line/help.h"
#include "cli/line/version.h"
#include "core/base/text.h"
#include "core/config/config.h"

namespace quarry::cli {
namespace {

/// Text that roff prints as it is: its own characters escaped, hyphens as ASCII so that options can be copied.
std::string escape(std::string_view text) {
    std::string result;
    for (const char c : text) {
        switch (c) {
            case '\\': result += "\\e"; break;
            case '-': result += "\\-"; break;
            case '\'': result += "\\(aq"; break;
            case '`': result += "\\(ga"; break;
            case '^': result += "\\(ha"; break;
            case '~': result += "\\(ti"; break;
            default: result += c;
        }
    }
    return result;
}

/// The same at the start of a line, where a dot would begin a request.
std::string escape_line(std::string_view text) { return (text.starts_with('.') ? "\\&" : "") + escape(text); }

std::string bold(std::string_view text) { return fmt::format("\\fB{}\\fR", escape(text)); }
std::string italic(std::string_view text) { return fmt::format("\\fI{}\\fR", escape(text)); }

std::string section(std::string_view name) { return fmt::format(".SH {}\n", name); }

/// Paragraphs apart by empty lines; lines that begin with a space are shown as they are.
std::string paragraphs(std::string_view text) {
    std::string result;
    bool verbatim = false, begun = false, gap = false;
    for (const std::string_view line : split(text, '\n')) {
        if (line.empty()) {
            gap = true;
            continue;
        }
        const bool wants_verbatim = line.front() == ' ';
        if (verbatim && !wants_verbatim) result += ".EE\n.RE\n";
        if (gap && begun) result += ".PP\n";
        if (wants_verbatim && !verbatim) result += ".RS 4\n.EX\n";
        verbatim = wants_verbatim;
        gap = false;
        begun = true;
        result += escape_line(trim(line)) + "\n";
    }
    return result + (verbatim ? ".EE\n.RE\n" : "");
}

std::string entry(const std::string& tag, std::string_view says) {
    return fmt::format(".TP\n{}\n{}\n", tag, escape_line(says));
}

std::string option_tag(const OptionModel& option) {
    if (!option.positional.empty()) return italic(option.positional);
    std::vector<std::string> names;
    for (const std::string& name : option.short_names) names.push_back(bold(name));
    for (const std::string& name : option.long_names) names.push_back(bold(name));
    std::string tag = fmt::format("{}", fmt::join(names, ", "));
    if (!option.placeholder.empty()) tag += " " + italic(option.placeholder);
    return tag;
}

std::string option_text(const OptionModel& option) {
    std::string text = option.description.empty() ? option.placeholder : option.description;
    if (!option.positional.empty() && !option.choices.empty()) text += fmt::format(" ({})", option.placeholder);
    if (!text.ends_with('.')) text += '.';
    if (!option.fallback.empty()) text += fmt::format(" Default: {}.", option.fallback);
    if (option.repeatable && option.positional.empty()) text += " Repeatable.";
    return text;
}

template <class Belongs>
std::string options_section(std::string_view name, const CommandModel& command, Belongs belongs) {
    std::string entries;
    for (const OptionModel& option : command.options) {
        if (belongs(option)) entries += entry(option_tag(option), option_text(option));
    }
    return entries.empty() ? "" : section(name) + entries;
}

std::string synopsis(const CommandModel& command) {
    const std::string usage = usage_line(command.info.path, command.options, command.is_group, command.runs_alone);
    const std::size_t words = command.info.path.empty() ? 6 : 7 + command.info.path.size();
    return section("SYNOPSIS") + bold(usage.substr(0, words)) + escape(usage.substr(words)) + "\n";
}

std::string files_and_environment() {
    std::string text = section("ENVIRONMENT");
    text += entry(bold("QUARRY_…"), "Every setting has a variable: QUARRY_SEARCH_LIMIT is search.limit.");
    text += entry(bold("NO_COLOR"), "If set to anything, output has no colour unless --color is given.");
    text += entry(bold("XDG_CONFIG_HOME"), "Folder of quarry/config.toml; ~/.config if not set.");
    text += section("FILES");
    text += entry(italic("quarry.toml"), "A project's settings, in the working folder or above it.");
    text += entry(italic("~/.config/quarry/config.toml"), "Your own settings.");
    text += entry(italic(".quarry/base.db"), "The knowledge base: one SQLite file.");
    text += section("SETTINGS");
    for (const config::ConfigKey& key : config::config_keys()) {
        std::string says = key.summary + ".";
        if (!key.choices.empty()) {
            says += fmt::format(" {} {}.", key.open ? "Such as" : "One of", fmt::join(key.choices, ", "));
        }
        if (!key.fallback.empty()) says += fmt::format(" Default: {}.", key.fallback);
        text += entry(bold(key.name), says);
    }
    return text;
}

std::string see_also(const CommandModel& command, const std::vector<CommandModel>& commands) {
    std::vector<std::string> pages;
    const std::string& path = command.info.path;
    const std::string parent = path.substr(0, path.find(' '));
    for (const CommandModel& other : commands) {
        const bool is_parent = other.info.path.empty() || other.info.path == parent;
        const bool is_child =
            command.is_group && !other.info.path.empty() &&
            (path.empty() ? other.info.path.find(' ') == std::string::npos : other.info.path.starts_with(path + " "));
        if (&other != &command && (is_parent || is_child)) pages.push_back(bold(man_page_name(other)) + "(1)");
    }
    return pages.empty() ? "" : section("SEE ALSO") + fmt::format("{}\n", fmt::join(pages, ",\n"));
}

}  // namespace

std::string man_page_name(const CommandModel& command) {
    return command.info.path.empty() ? "quarry" : "quarry-" + command.joined('-');
}

std::string man_page(const CommandModel& command, const std::vector<CommandModel>& commands) {
    const CommandInfo& info = command.info;
    std::string title = man_page_name(command);
    std::ranges::transform(title, title.begin(),
                           [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c; });
    std::string page = ".\\\" Generated by: quarry man\n";
    page +=
        fmt::format(".TH {} 1 {} \"quarry {}\" \"quarry manual\"\n", escape(title), QUARRY_MANUAL_DATE, QUARRY_VERSION);
    page += section("NAME") + fmt::format("{} \\- {}\n", escape(man_page_name(command)), escape(info.summary));
    page += synopsis(command);
    page += section("DESCRIPTION") + paragraphs(info.description);
    if (!command.children.empty()) page += section("COMMANDS");
    for (const auto& [name, summary] : command.children) page += entry(bold(name), summary);
    page += options_section("ARGUMENTS", command, [](const OptionModel& o) { return !o.positional.empty(); });
    page += options_section("OPTIONS", command, [](const OptionModel& o) { return o.positional.empty() && !o.global; });
    page += options_section("OPTIONS OF EVERY COMMAND", command, [](const OptionModel& o) { return o.global; });
    if (!info.examples.empty()) page += section("EXAMPLES");
    for (const Example& example : info.examples) page += entry(bold(example.command), example.says);
    page += section("EXIT STATUS");
    for (const auto& [code, says] : exit_codes_of(info)) page += entry(bold(std::to_string(code)), says);
    if (info.path.empty()) page += files_and_environment();
    return page + see_also(command, commands);
}

}  // namespace quarry::cli
