// From the words of a command line to a command with its options set.
#include "cli/line/command_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "cli/line/parse_error.h"
#include "cli/line/parser.h"

namespace quarry::cli {
namespace {

void declare_global_options(OptionTable& options, GlobalOptions& global) {
    options.add("--base", global.base, "The knowledge base: its file, or a folder that holds .quarry/")
        .value("PATH")
        .global();
    options.flag("--json", global.json, "Print results and errors as JSON, for programs").global();
    options.add("--fields", global.fields, "Print only these fields of the JSON, such as uri,title")
        .value("NAME,...")
        .global();
    options.flag("-q,--quiet", global.quiet, "Print only results and errors, no progress and no notes").global();
    options.add("--color", global.color, "When to use colour; auto: on a terminal")
        .choices({"auto", "always", "never"})
        .global();
    options.add("--config", global.config, "Override a setting for this run; see quarry config show")
        .value("KEY=VALUE")
        .global();
    // --help is answered before anything is parsed, so that it works beside mistakes; it is declared to be seen.
    options.flag("-h,--help", global.help, "Explain the command").global();
}

/// Whether an argument is one of the global options; `takes_value` when its value is the next argument.
bool is_global_option(std::string_view argument, bool& takes_value) {
    constexpr std::array<std::string_view, 3> flags = {"--json", "--quiet", "-q"};
    constexpr std::array<std::string_view, 4> with_value = {"--base", "--fields", "--color", "--config"};
    const std::string_view name = argument.substr(0, argument.find('='));
    takes_value = name.size() == argument.size() && std::ranges::find(with_value, name) != with_value.end();
    return std::ranges::find(flags, name) != flags.end() || std::ranges::find(with_value, name) != with_value.end();
}

}  // namespace

OptionTable command_options(CommandTable::Entry& entry, GlobalOptions& global) {
    OptionTable options;
    entry.command->setup(options);
    declare_global_options(options, global);
    return options;
}

OptionTable root_options(GlobalOptions& global) {
    OptionTable options;
    options.flag("-V,--version", global.version, "Print the version and what this build can do");
    declare_global_options(options, global);
    return options;
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
        } else if (argument.size() > 1 && argument.front() == '-' && request.entry != nullptr &&
                   request.entry->command->runs_alone()) {
            --i;  // one of the group's own, as what follows
            break;
        } else if (argument.size() > 1 && argument.front() == '-') {
            GlobalOptions ignored;
            const OptionTable options =
                request.entry == nullptr ? root_options(ignored) : command_options(*request.entry, ignored);
            throw unknown_option(options, path.empty() ? "quarry" : "quarry " + path, argument);
        } else {
            request.entry = &table.child(path, argument);
            path = request.entry->info.path;
            if (!request.entry->command->is_group()) break;
        }
    }
    const bool ends = request.entry == nullptr ||
                      (request.entry->command->is_group() && !request.entry->command->runs_alone());
    if (!ends) {
        const auto rest = arguments.subspan(std::min(i + 1, arguments.size()));
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

void parse_arguments(const OptionTable& options, const CommandTable::Entry& entry,
                     std::span<const std::string> arguments) {
    if (const auto fault = parse_options(options, arguments)) throw usage_error(options, entry, *fault);
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
