// From a table of options to CLI11 and back: the only file that knows of it.
#include "cli/line/parser.h"

#include <fmt/format.h>

#include <CLI/App.hpp>
// App.hpp only declares these two, but each App makes one of both.
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <string_view>
#include <type_traits>

#include "core/base/text.h"

namespace quarry::cli {
namespace {

// CLI11 splits a positional argument such as "[draft].md" as if it were a list in a configuration file. A byte that
// no argument holds, put in front and taken off before validation, keeps it whole.
constexpr char kGuard = '\x01';

/// "-n,--limit"; each flag with the value that it implies in braces.
std::string names_for_cli11(const OptionSpec& spec) {
    if (!spec.positional.empty()) return spec.positional;
    std::vector<std::string> names = spec.short_names;
    names.insert(names.end(), spec.long_names.begin(), spec.long_names.end());
    if (!spec.implied.empty()) {
        for (std::string& name : names) name += fmt::format("{{{}}}", spec.implied);
    }
    return fmt::format("{}", fmt::join(names, ","));
}

CLI::Option& declare(CLI::App& app, const OptionSpec& spec) {
    const std::string names = names_for_cli11(spec);
    return std::visit(
        [&]<class T>(T* target) -> CLI::Option& {
            if constexpr (std::is_same_v<T, bool> || std::is_same_v<T, std::string>) {
                if (spec.is_flag) return *app.add_flag(names, *target, spec.help);
            }
            return *app.add_option(names, *target, spec.help);
        },
        spec.target);
}

void add_checks(CLI::Option& option, const OptionSpec& spec) {
    for (const std::string_view path : {"PATH", "FILE", "FOLDER", "DOCUMENT"}) {
        const bool chooses = !spec.positional.empty() || spec.is_global;
        if (chooses && spec.value_name == path) option.check(not_empty);
    }
    if (!spec.choices.empty()) option.check(CLI::IsMember(spec.choices));
    if (spec.range && spec.type() == OptionSpec::Type::whole_number) {
        option.check(
            CLI::Range(static_cast<std::int64_t>(spec.range->least), static_cast<std::int64_t>(spec.range->most)));
    } else if (spec.range) {
        option.check(CLI::Range(spec.range->least, spec.range->most));
    }
    for (const OptionCheck& check : spec.checks) option.check(check);
    if (spec.is_flag) return;
    // "--config a=b report.md": one value an occurrence, the next word is not another.
    if (spec.positional.empty()) option.allow_extra_args(false);
    option.transform(CLI::Validator(
        [](std::string& value) {
            if (!value.empty() && value.front() == kGuard) value.erase(0, 1);
            return std::string();
        },
        ""));
}

void build(CLI::App& app, const OptionTable& options) {
    app.name("quarry");
    app.set_help_flag();
    app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    for (const OptionSpec& spec : options.specs()) {
        CLI::Option& option = declare(app, spec);
        option.required(spec.is_required);
        add_checks(option, spec);
    }
    for (const OptionSpec& spec : options.specs()) {
        CLI::Option* const option = app.get_option(spec.name());
        for (const std::string& name : spec.excluded) option->excludes(app.get_option(name));
        for (const std::string& name : spec.needed) option->needs(app.get_option(name));
    }
}

/// "--name=" gives an empty value, which CLI11 takes for none; as two arguments it is understood.
bool is_option_with_empty_value(const OptionTable& options, const std::string& argument) {
    if (!argument.starts_with("--") || !argument.ends_with('=') || argument.size() < 4) return false;
    const OptionSpec* option = options.find(std::string_view(argument).substr(0, argument.size() - 1));
    return option != nullptr && !option->is_flag;
}

/// The arguments as CLI11 takes them: from the back.
std::vector<std::string> words_for_cli11(const OptionTable& options, std::span<const std::string> arguments) {
    std::vector<std::string> words;
    bool options_end = false;
    for (const std::string& argument : arguments) {
        options_end = options_end || argument == "--";
        if (!options_end && is_option_with_empty_value(options, argument)) {
            words.push_back(argument.substr(0, argument.size() - 1));
            words.emplace_back();
        } else if (argument.starts_with('[') && argument.ends_with(']')) {
            words.push_back(kGuard + argument);
        } else {
            words.push_back(argument);
        }
    }
    std::ranges::reverse(words);
    return words;
}

/// The option that CLI11's message begins with ("--limit: …"), if it is one of the table's.
const OptionSpec* option_named_in(const OptionTable& options, std::string_view text) {
    for (const OptionSpec& option : options.specs()) {
        const std::string& name = option.name();
        if (text.starts_with(name) &&
            (text.size() == name.size() || text[name.size()] == ':' || text[name.size()] == ' ')) {
            return &option;
        }
    }
    return nullptr;
}

ParseFault bad_value(const CLI::App& app, const OptionSpec& option, std::string_view complaint) {
    const std::vector<std::string>& results = app.get_option(option.name())->results();
    std::string value = results.empty() ? "" : results.back();
    for (const std::string& result : results) {
        const bool valid = std::ranges::find(option.choices, result) != option.choices.end();
        if (!option.choices.empty() ? !valid : complaint.find(result) != std::string_view::npos) value = result;
    }
    return {.kind = ParseFault::Kind::bad_value, .word = value, .reason = std::string(complaint), .option = &option};
}

/// "--a requires --b" and "--a excludes --b".
ParseFault related_options(std::string_view message) {
    using Kind = ParseFault::Kind;
    for (const auto& [word, kind] : {std::pair{std::string_view(" requires "), Kind::needs},
                                     std::pair{std::string_view(" excludes "), Kind::excludes}}) {
        const std::size_t at = message.find(word);
        if (at == std::string_view::npos) continue;
        return {.kind = kind,
                .word = std::string(message.substr(0, at)),
                .other = std::string(message.substr(at + word.size()))};
    }
    return {.kind = Kind::other, .reason = std::string(message)};
}

/// The words that CLI11 had no place for; nothing when that is not what it complains of.
std::optional<ParseFault> leftover_word(const CLI::App& app, const CLI::ParseError& error) {
    // An option that is not known comes first: its value may have been taken for something else.
    const std::vector<std::string> remaining = app.remaining();
    for (const std::string& argument : remaining) {
        if (argument == "--") break;
        if (argument.size() > 1 && argument.front() == '-') {
            return ParseFault{.kind = ParseFault::Kind::unknown_option, .word = argument};
        }
    }
    if (dynamic_cast<const CLI::ExtrasError*>(&error) == nullptr) return std::nullopt;
    const auto word = std::ranges::find_if(remaining, [](const std::string& argument) { return argument != "--"; });
    if (word == remaining.end()) return std::nullopt;
    return ParseFault{.kind = ParseFault::Kind::unexpected_argument, .word = *word};
}

ParseFault fault_of(const CLI::App& app, const OptionTable& options, const CLI::ParseError& error) {
    using Kind = ParseFault::Kind;
    if (auto fault = leftover_word(app, error)) return *std::move(fault);
    const std::string message = error.what();
    if (dynamic_cast<const CLI::RequiredError*>(&error) != nullptr) {
        const std::string name = message.substr(0, message.rfind(" is required"));
        return {.kind = Kind::missing_argument, .word = name, .option = option_named_in(options, name)};
    }
    if (dynamic_cast<const CLI::ArgumentMismatch*>(&error) != nullptr) {
        if (const OptionSpec* option = option_named_in(options, message)) {
            return {.kind = Kind::missing_value, .option = option};
        }
    }
    if (dynamic_cast<const CLI::ConversionError*>(&error) != nullptr) {
        constexpr std::string_view lead = "Could not convert: ";
        const std::string_view rest =
            message.starts_with(lead) ? std::string_view(message).substr(lead.size()) : message;
        if (const OptionSpec* option = option_named_in(options, rest)) return bad_value(app, *option, "");
    }
    if (dynamic_cast<const CLI::ValidationError*>(&error) != nullptr) {
        if (const OptionSpec* option = option_named_in(options, message)) {
            const std::string_view complaint = std::string_view(message).substr(option->name().size());
            return bad_value(app, *option, trim(complaint.starts_with(':') ? complaint.substr(1) : complaint));
        }
    }
    return related_options(message);
}

}  // namespace

std::optional<ParseFault> parse_options(const OptionTable& options, std::span<const std::string> arguments) {
    CLI::App app;
    build(app, options);
    std::vector<std::string> words = words_for_cli11(options, arguments);
    try {
        app.parse(words);
    } catch (const CLI::ParseError& error) {
        return fault_of(app, options, error);
    }
    return std::nullopt;
}

}  // namespace quarry::cli
