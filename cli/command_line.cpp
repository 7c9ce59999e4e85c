// From the words of a command line to a command with its options set.
#include "cli/command_line.h"

#include <fmt/format.h>

// CLI11's App.hpp only declares these two, but each App makes one of both.
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <algorithm>
#include <array>

#include "cli/option_model.h"
#include "cli/parse_error.h"

namespace quarry::cli {
namespace {

// CLI11 splits a positional argument such as "[draft].md" as if it were a list in a configuration file. A byte that
// no argument holds, put in front and taken off before validation, keeps it whole.
constexpr char kGuard = '\x01';

void declare_global_options(CLI::App& app, GlobalOptions& global) {
    app.add_option("--base", global.base, "The knowledge base: its file, or a folder that holds .quarry/")
        ->type_name("PATH")
        ->group(kGlobalGroup);
    app.add_flag("--json", global.json, "Print results and errors as JSON, for programs")->group(kGlobalGroup);
    app.add_flag("-q,--quiet", global.quiet, "No progress and no notes; results and errors only")->group(kGlobalGroup);
    app.add_option("--color", global.color, "When to colour; auto means on a terminal")
        ->check(CLI::IsMember(std::vector<std::string>{"auto", "always", "never"}))
        ->group(kGlobalGroup);
    app.add_option("--config", global.config, "Use VALUE for a setting this once; see quarry config show")
        ->type_name("KEY=VALUE")
        ->group(kGlobalGroup);
    // --help is answered before CLI11 parses, so that it works beside mistakes; it is declared to be seen.
    app.add_flag("-h,--help", global.help, "Explain the command")->group(kGlobalGroup);
}

std::unique_ptr<CLI::App> bare_app() {
    auto app = std::make_unique<CLI::App>();
    app->set_help_flag();
    app->option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
    return app;
}

/// Rules that hold for every option, so that no command has to think of them.
void finish_options(CLI::App& app) {
    for (CLI::Option* option : app.get_options({})) {
        if (option->get_items_expected_max() <= 0) continue;
        // "--config a=b report.md": one value an occurrence, the next word is not another.
        if (option->nonpositional()) option->allow_extra_args(false);
        option->transform(CLI::Validator(
            [](std::string& value) {
                if (!value.empty() && value.front() == kGuard) value.erase(0, 1);
                return std::string();
            },
            ""));
    }
    for (CLI::App* group : app.get_subcommands([](CLI::App*) { return true; })) finish_options(*group);
}

/// Whether an argument is one of the global options; `takes_value` when its value is the next argument.
bool is_global_option(std::string_view argument, bool& takes_value) {
    constexpr std::array<std::string_view, 3> flags = {"--json", "--quiet", "-q"};
    constexpr std::array<std::string_view, 3> with_value = {"--base", "--color", "--config"};
    const std::string_view name = argument.substr(0, argument.find('='));
    takes_value = name.size() == argument.size() && std::ranges::find(with_value, name) != with_value.end();
    return std::ranges::find(flags, name) != flags.end() || std::ranges::find(with_value, name) != with_value.end();
}

/// "--name=" gives an empty value, which CLI11 takes for none; as two arguments it is understood.
bool is_option_with_empty_value(const CLI::App& app, const std::string& argument) {
    if (!argument.starts_with("--") || !argument.ends_with('=') || argument.size() < 4) return false;
    const CLI::Option* option = app.get_option_no_throw(argument.substr(0, argument.size() - 1));
    return option != nullptr && option->get_items_expected_max() > 0;
}

}  // namespace

std::unique_ptr<CLI::App> make_app(CommandTable::Entry& entry, GlobalOptions& global) {
    auto app = bare_app();
    app->name("quarry " + entry.info.path);
    entry.command->setup(*app);
    declare_global_options(*app, global);
    finish_options(*app);
    return app;
}

std::unique_ptr<CLI::App> make_root_app(GlobalOptions& global) {
    auto app = bare_app();
    app->name("quarry");
    app->add_flag("-V,--version", global.version, "Print the version and what this build can do");
    declare_global_options(*app, global);
    return app;
}

Request read_request(CommandTable& table, std::span<const std::string> arguments) {
    Request request;
    std::string path;
    bool help = false, version = false;
    std::size_t i = 0;
    for (; i < arguments.size(); ++i) {
        const std::string& argument = arguments[i];
        bool takes_value = false;
        if (argument == "-h" || argument == "--help") {
            help = true;
        } else if (argument == "-V" || argument == "--version") {
            version = true;
        } else if (is_global_option(argument, takes_value)) {
            request.arguments.push_back(argument);
            if (takes_value && i + 1 < arguments.size()) request.arguments.push_back(arguments[++i]);
        } else if (argument.size() > 1 && argument.front() == '-') {
            GlobalOptions ignored;
            const auto app = request.entry == nullptr ? make_root_app(ignored) : make_app(*request.entry, ignored);
            throw unknown_option(*app, path.empty() ? "quarry" : "quarry " + path, argument);
        } else {
            request.entry = &table.child(path, argument);
            path = request.entry->info.path;
            if (!request.entry->command->is_group()) break;
        }
    }
    const bool ends = request.entry == nullptr || request.entry->command->is_group();
    if (!ends) {
        const auto rest = arguments.subspan(i + 1);
        help = help || mentions(rest, "--help") || mentions(rest, "-h");
        request.arguments.insert(request.arguments.end(), rest.begin(), rest.end());
    }
    if (version) {
        request.kind = Request::Kind::version;
    } else if (help || request.entry == nullptr) {
        request.kind = Request::Kind::help;
    } else if (ends) {
        std::vector<std::string> names;
        for (const auto* child : table.children(path)) names.emplace_back(child->name());
        throw Error(ErrorCode::usage, fmt::format("quarry {} needs a sub-command", path),
                    fmt::format("it is one of {}; quarry {} --help explains them", fmt::join(names, ", "), path));
    } else {
        request.kind = Request::Kind::run;
    }
    return request;
}

void parse_arguments(CLI::App& app, const CommandTable::Entry& entry, std::span<const std::string> arguments) {
    std::vector<std::string> words;
    bool options_end = false;
    for (const std::string& argument : arguments) {
        options_end = options_end || argument == "--";
        if (!options_end && is_option_with_empty_value(app, argument)) {
            words.push_back(argument.substr(0, argument.size() - 1));
            words.emplace_back();
        } else if (argument.starts_with('[') && argument.ends_with(']')) {
            words.push_back(kGuard + argument);
        } else {
            words.push_back(argument);
        }
    }
    std::ranges::reverse(words);  // CLI11 takes arguments from the back
    try {
        app.parse(words);
    } catch (const CLI::ParseError& error) {
        throw usage_error(app, entry, error);
    }
}

bool mentions(std::span<const std::string> arguments, std::string_view option) {
    for (const std::string& argument : arguments) {
        if (argument == "--") return false;
        if (argument == option) return true;
    }
    return false;
}

std::optional<std::string> mentioned_value(std::span<const std::string> arguments, std::string_view option) {
    std::optional<std::string> value;
    for (std::size_t i = 0; i < arguments.size() && arguments[i] != "--"; ++i) {
        const std::string_view argument = arguments[i];
        if (argument == option && i + 1 < arguments.size()) value = arguments[i + 1];
        if (argument.starts_with(option) && argument.substr(option.size()).starts_with('=')) {
            value = argument.substr(option.size() + 1);
        }
    }
    return value;
}

}  // namespace quarry::cli
