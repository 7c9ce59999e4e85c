// Reads the command line, sets the scene, runs one command, and prints what went wrong: the only place that does.
#include "cli/line/app.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <exception>
#include <filesystem>
#include <ostream>

#include "cli/line/command_line.h"
#include "cli/line/features.h"
#include "cli/line/help.h"
#include "cli/line/hints.h"
#include "cli/line/json_fields.h"
#include "cli/line/migrate_options.h"
#include "cli/ui/output.h"
#include "core/app/escaped_error.h"
#include "core/app/server_base.h"
#include "core/base/text.h"
#include "core/config/config.h"

namespace quarry::cli {
namespace {

/// --color wins, then NO_COLOR (no-color.org), then ui.color; auto asks the terminal.
bool wants_colour(const Process& process, const std::string& flag, const std::string& configured, bool is_terminal) {
    const auto no_color = process.environment("NO_COLOR");
    std::string when = configured;
    if (no_color && !no_color->empty()) when = "never";
    if (!flag.empty()) when = flag;
    if (when == "always") return true;
    const auto term = process.environment("TERM");
    return when != "never" && is_terminal && term && !term->empty() && *term != "dumb";
}

/// ui.hyperlinks; auto asks whether the terminal is one of those known to have links (others print them as rubbish).
bool wants_hyperlinks(const Process& process, const std::string& configured) {
    if (configured != "auto") return configured == "always";
    const auto term = process.environment("TERM");
    if (!process.out_is_terminal || !term || term->empty() || *term == "dumb" || *term == "linux") return false;
    for (const char* const name : {"VTE_VERSION", "WT_SESSION", "KITTY_WINDOW_ID", "KONSOLE_VERSION", "WEZTERM_PANE",
                                   "ALACRITTY_WINDOW_ID", "GHOSTTY_RESOURCES_DIR"}) {
        if (const auto value = process.environment(name); value && !value->empty()) return true;
    }
    const auto program = process.environment("TERM_PROGRAM");
    return program &&
           (*program == "iTerm.app" || *program == "vscode" || *program == "WezTerm" || *program == "ghostty");
}

Output::Options output_options(const Process& process, const GlobalOptions& global, const std::string& ui_color,
                               const std::string& ui_hyperlinks = "never") {
    const bool workflow = !process.environment("GITHUB_ACTIONS").value_or("").empty();
    return {.quiet = global.quiet,
            .out_colour = wants_colour(process, global.color, ui_color, process.out_is_terminal),
            .err_colour = wants_colour(process, global.color, ui_color, process.err_is_terminal),
            .out_is_terminal = process.out_is_terminal,
            .hyperlinks = wants_hyperlinks(process, ui_hyperlinks),
            .err_is_terminal = process.err_is_terminal,
            .json_errors = global.json,
            .workflow_out = workflow && !process.out_is_file,
            .workflow_err = workflow,
            .width = process.width};
}

/// $QUARRY_PAGER, else $PAGER, else less where it is installed; empty for none. Not a setting: a project's file would
/// choose a program.
std::string pager_command(const Process& process) {
    for (const char* const name : {"QUARRY_PAGER", "PAGER"}) {
        if (const auto chosen = process.environment(name)) return *chosen == "cat" ? "" : *chosen;
    }
    const std::string path = process.environment("PATH").value_or("");
    const bool has_less = std::ranges::any_of(split(path, ':'), [](std::string_view folder) {
        std::error_code ignored;
        return std::filesystem::exists(std::filesystem::path(folder) / "less", ignored);
    });
    return has_less ? "less" : "";
}

/// A pager for as long as it lives, where one is wanted: on a terminal, for people, unless ui.pager says never.
class Paging {
public:
    Paging(Process& process, bool wanted) : process_(process), err_is_terminal_(process.err_is_terminal) {
        if (!wanted || !process.page || !process.out_is_terminal) return;
        const std::string command = pager_command(process);
        if (command.empty()) return;
        pager_ = process.page(command);
        process.err_is_terminal = false;  // no progress bars in it
    }
    ~Paging() {
        if (!pager_) return;
        process_.out.flush();
        process_.err_is_terminal = err_is_terminal_;
    }
    Paging(const Paging&) = delete;
    Paging& operator=(const Paging&) = delete;

private:
    Process& process_;
    const bool err_is_terminal_;
    std::shared_ptr<void> pager_;
};

/// How the command line asks to print, as far as can be told before it is parsed.
GlobalOptions early_options(std::span<const std::string> arguments) {
    GlobalOptions global;
    global.json = mentions(arguments, "--json");
    global.quiet = mentions(arguments, "-q") || mentions(arguments, "--quiet");
    global.color = mentioned_value(arguments, "--color").value_or("");
    return global;
}

void apply_global_options(config::Config& config, const GlobalOptions& global) {
    for (const std::string& assignment : global.config) {
        const std::size_t equals = assignment.find('=');
        if (equals == std::string::npos) {
            throw Error(ErrorCode::usage, fmt::format("--config '{}' has no '='", assignment),
                        "write --config KEY=VALUE, for example --config search.limit=5");
        }
        config.set_flag(assignment.substr(0, equals), assignment.substr(equals + 1), "--config");
    }
    if (!global.base.empty()) config.set_flag("base", global.base, "--base");
    if (!global.color.empty()) config.set_flag("ui.color", global.color, "--color");
}

config::Config load_config(const Command& command, const std::filesystem::path& folder, const GlobalOptions& global,
                           const Process& process) {
    try {
        config::Config config = config::Config::examine(folder, process.environment);
        apply_global_options(config, global);
        config.refuse_untrusted();
        return config;
    } catch (const Error&) {
        if (!command.works_without_config()) throw;
        config::Config config = config::Config::defaults();
        apply_global_options(config, global);
        return config;
    }
}

std::filesystem::path working_folder() {
    std::error_code error;
    std::filesystem::path folder = std::filesystem::current_path(error);
    if (!error) return folder;
    throw Error(ErrorCode::failed, "cannot tell which folder this is: it may have been removed", "cd to another folder")
        .because(error.message());
}

std::filesystem::path base_path(const Command& command, const config::Config& config,
                                const std::filesystem::path& folder) {
    std::filesystem::path path = config::resolve_base_path(config, folder);
    try {
        return config::own_base_path(config, path);
    } catch (const Error&) {
        if (!command.works_without_config()) throw;
        return path;  // whoever opens it says what is wrong
    }
}

/// What commands in hints repeat of the command line.
std::string hint_options(const Command& command, const GlobalOptions& global) {
    std::string options = command.hint_options();
    if (!global.base.empty()) options += " --base " + shell_quoted(global.base);
    for (const std::string& assignment : global.config) options += hint_setting(assignment);
    return options;
}

FieldChoice field_choice(const CommandTable::Entry& entry, const GlobalOptions& global) {
    if (!global.fields) return {};
    FieldChoice choice = chosen_fields(entry.info.path, *global.fields);
    if (global.json || entry.command->prints_json_lines()) return choice;
    throw Error(ErrorCode::usage, "--fields chooses among the fields of JSON", "add --json");
}

int run_command(CommandTable::Entry& entry, const std::vector<std::string>& arguments, Process& process) {
    GlobalOptions global;
    const OptionTable options = command_options(entry, global);
    parse_arguments(options, entry, arguments);
    FieldChoice fields = field_choice(entry, global);
    const std::filesystem::path folder = working_folder();
    const config::Config config = load_config(*entry.command, folder, global, process);
    const std::filesystem::path base = base_path(*entry.command, config, folder);
    app::refuse_server_base(entry.info.path, base);
    const Paging paging(process, !global.json && config.text("ui.pager") != "never" && entry.command->is_paged(config));
    Output::Options printing = output_options(process, global, config.text("ui.color"), config.text("ui.hyperlinks"));
    printing.fields = std::move(fields);
    Output out(process.out, process.err, std::move(printing));
    const std::string repeated = hint_options(*entry.command, global);
    Context context{{config, process.environment, base, process.cancel, out,
                     [] { return static_cast<std::int64_t>(std::time(nullptr)); }, process.converter},
                    process.in,
                    out,
                    global.json,
                    process.in_is_terminal,
                    repeated};
    try {
        return entry.command->run(context);
    } catch (const Error& error) {
        throw with_complete_hint(error, repeated);
    }
}

int run_request(std::span<const std::string> arguments, Process& process) {
    CommandTable table;
    Request request = read_request(table, arguments);
    if (request.kind == Request::Kind::run) return run_command(*request.entry, request.arguments, process);
    const GlobalOptions global = early_options(arguments);
    const Paging paging(process, request.kind == Request::Kind::help);
    const Output out(process.out, process.err, output_options(process, global, "auto"));
    if (request.kind == Request::Kind::version) {
        process.out << (global.json ? version_json() : version_text());
    } else {
        process.out << help_text(table, request.entry, out);
    }
    return 0;
}

int report(const Error& error, std::span<const std::string> arguments, Process& process) {
    Output out(process.out, process.err, output_options(process, early_options(arguments), "auto"));
    out.error(error);
    return static_cast<int>(error.code());
}

/// Writes out what is buffered; the error when that failed for another reason than that nobody reads any more.
std::optional<Error> finish_output(Process& process) {
    process.out.flush();
    if (process.out.good()) return std::nullopt;
    const int failure = process.out_failure ? process.out_failure() : 0;
    if (failure == EPIPE) return std::nullopt;
    Error error(ErrorCode::failed, "cannot write the result to standard output",
                failure == ENOSPC ? "free some space on the disk that it goes to" : "");
    return failure == 0 ? error : std::move(error).because(std::strerror(failure));
}

}  // namespace

int run(std::span<const std::string> arguments, Process& process) noexcept try {
    int code = 0;
    try {
        code = run_request(arguments, process);
    } catch (...) {
        code = report(app::escaped_error(std::current_exception()), arguments, process);
    }
    const auto failure = finish_output(process);
    return failure && code == 0 ? report(*failure, arguments, process) : code;
} catch (...) {
    // Printing the error failed too: there is nobody left to tell.
    return static_cast<int>(ErrorCode::failed);
}

}  // namespace quarry::cli
