// Help for people, from the same data as the man pages and completions.
#include "cli/line/help.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/line/command_line.h"
#include "cli/line/option_model.h"
#include "cli/ui/output.h"
#include "core/base/text.h"

namespace quarry::cli {
namespace {

constexpr std::size_t kNarrowest = 40, kWidest = 100;  // longer lines are hard to read
constexpr std::size_t kColumn = 26;                    // where descriptions begin
constexpr std::size_t kNarrowColumn = 15;              // where they do beside short names

/// One page under construction.
class Page {
public:
    Page(const Output& out, std::size_t width, std::size_t column = kColumn)
        : out_(out), width_(width), column_(column) {}

    void title(std::string_view name, std::string_view says) {
        text_ += wrap(fmt::format("{}: {}", name, says), width_, 0);
    }
    void heading(std::string_view name) { text_ += fmt::format("\n{}\n", out_.styled(Style::bold, name)); }
    void paragraphs(std::string_view text) { text_ += "\n" + wrap(text, width_, 0); }
    void line(std::string_view text) { text_ += fmt::format("  {}\n", text); }

    /// A name with what it says beside it, or below when the name is long.
    void entry(std::string_view name, std::string_view says) {
        const std::size_t length = count_code_points(name);
        const std::string body = says.empty() ? "\n" : wrap(says, width_, column_);
        text_ += "  " + out_.styled(Style::cyan, name);
        if (length + 4 <= column_) {
            text_ += says.empty() ? body : std::string(column_ - length - 2, ' ') + body.substr(column_);
        } else {
            text_ += "\n" + (says.empty() ? "" : body);
        }
    }
    void example(const Example& example) {
        text_ += fmt::format("  {}\n{}", out_.styled(Style::cyan, example.command), wrap(example.says, width_, 6));
    }
    std::string take() && { return std::move(text_); }

private:
    const Output& out_;
    std::size_t width_;
    std::size_t column_;
    std::string text_;
};

std::string describe(const OptionModel& option) {
    std::string text = option.description;
    if (!option.fallback.empty()) text += fmt::format(" (default: {})", option.fallback);
    if (option.repeatable && option.positional.empty()) text += " (repeatable)";
    return text;
}

void add_options(Page& page, const std::vector<OptionModel>& options) {
    const auto section = [&](std::string_view name, auto&& belongs) {
        bool begun = false;
        for (const OptionModel& option : options) {
            if (!belongs(option)) continue;
            if (!begun) page.heading(name);
            begun = true;
            page.entry(option.spelling(), describe(option));
        }
    };
    section("Arguments", [](const OptionModel& option) { return !option.positional.empty(); });
    section("Options", [](const OptionModel& option) { return option.positional.empty() && !option.global; });
}

/// What bare quarry lists, so that all of it fits a screen.
struct Group {
    std::string_view title;
    std::vector<std::string_view> commands;
};

const std::vector<Group>& groups() {
    static const std::vector<Group> all = {
        {"Documents", {"init", "ingest", "docs", "collections", "chunk", "embed", "models", "backup", "restore",
                       "store"}},
        {"Questions and serving", {"search", "ask", "chat", "chats", "batch", "verify", "agent", "serve", "mcp", "users",
                                    "keys"}},
        {"Databases, quality and this machine",
         {"migrate", "eval", "trace", "cache", "config", "doctor", "completions", "man", "help"}},
    };
    return all;
}

std::string overview(CommandTable& table, Page page) {
    page.title("quarry", quarry_info().summary);
    page.paragraphs("Usage: quarry COMMAND [OPTIONS]");
    for (const Group& group : groups()) {
        page.heading(group.title);
        for (const std::string_view name : group.commands) page.entry(name, table.find(name)->info.summary);
    }
    page.heading("Begin with: quarry ingest FOLDER && quarry ask \"QUESTION\"");
    page.line("quarry COMMAND --help      also: quarry help options, quarry help exit-codes");
    return std::move(page).take();
}

/// The width of pages: the terminal's, within what can be read.
std::size_t width_of(const Output& out) {
    return std::clamp<std::size_t>(static_cast<std::size_t>(std::max(out.options().width, 0)), kNarrowest, kWidest);
}

}  // namespace

std::vector<std::pair<int, std::string>> exit_codes_of(const CommandInfo& info) {
    std::vector<std::pair<int, std::string>> codes = {
        {0, "done"},
        {1, "failed; the message says what and why"},
        {2, "the command line or the configuration is wrong; nothing was done"},
        {130, "interrupted with Ctrl-C"},
    };
    for (const auto& own : info.exit_codes) {
        const auto same = std::ranges::find(codes, own.first, &std::pair<int, std::string>::first);
        if (same == codes.end()) {
            codes.push_back(own);
        } else {
            same->second = own.second;
        }
    }
    std::ranges::sort(codes, {}, &std::pair<int, std::string>::first);
    return codes;
}

std::string wrap(std::string_view text, std::size_t width, std::size_t indent) {
    const std::string margin(indent, ' ');
    std::string result;
    std::size_t column = 0;  // 0: at the start of a line
    const auto end_line = [&] {
        if (column > 0) result += '\n';
        column = 0;
    };
    for (const std::string_view line : split(text, '\n')) {
        if (line.empty()) {
            end_line();
            if (!result.empty()) result += '\n';
            continue;
        }
        if (line.front() == ' ') {
            end_line();
            result += fmt::format("{}{}\n", margin, line);
            continue;
        }
        for (const std::string_view word : split(line, ' ')) {
            const std::size_t length = count_code_points(word);
            if (column > 0 && column + 1 + length > width) end_line();
            if (column == 0) {
                result += margin;
                column = indent;
            } else {
                result += ' ';
                ++column;
            }
            result += word;
            column += length;
        }
    }
    end_line();
    return result;
}

const CommandInfo& quarry_info() {
    static const CommandInfo info = {
        .path = "",
        .summary = "cited answers from your documents, and schema migrations",
        .description =
            "quarry does two jobs. It reads documents into a knowledge base (one file, .quarry/base.db) and answers "
            "questions from them, with the passage behind each sentence. And it versions the schema of a database: it "
            "applies, undoes and checks numbered SQL files, called migrations.\n\n"
            "It works as it is, offline, without a key, an account or a server; model servers can be configured.",
        .examples = {{"quarry ingest docs/", "read a folder of documents; creates the knowledge base if there is none"},
                     {"quarry search \"backup schedule\"", "find passages"},
                     {"quarry ask \"How often are backups made?\"", "get an answer with its sources"},
                     {"quarry migrate status", "show which migrations a database has"}},
        .exit_codes = {{3, "migrations are pending"},
                       {4, "the database's schema differs from the migrations"},
                       {5, "an applied migration was edited or is missing"},
                       {6, "migrations are out of order or their versions conflict"},
                       {7, "another process holds the lock"},
                       {8, "lint found something"},
                       {9, "the schema is newer than this program"},
                       {10, "nothing was found"},
                       {11, "some inputs failed, the others are done"},
                       {12, "a measured value is below the threshold asked for"},
                       {13, "a citation is missing or unsupported"},
                       {14, "a model server failed"},
                       {15, "a model server limits the rate of requests"},
                       {16, "a budget is used up"},
                       {17, "a run waits for a person"},
                       {18, "the server of the knowledge base is away"}},
    };
    return info;
}

std::string help_text(CommandTable& table, CommandTable::Entry* entry, const Output& out) {
    if (entry == nullptr) return overview(table, Page(out, width_of(out), kNarrowColumn));
    const CommandInfo& info = entry->info;
    const bool is_group = entry->command->is_group();
    GlobalOptions global;
    const std::vector<OptionModel> options = option_models(command_options(*entry, global));
    const std::string name = "quarry " + info.path;

    Page page(out, width_of(out));
    page.title(name, info.summary);
    page.heading("Usage");
    page.line(usage_line(info.path, options, is_group, entry->command->runs_alone()));
    page.paragraphs(info.description);
    if (is_group) {
        page.heading("Commands");
        for (const CommandTable::Entry* child : table.children(info.path)) {
            page.entry(child->name(), child->info.summary);
        }
    }
    add_options(page, options);
    if (!info.examples.empty()) {
        page.heading("Examples");
        for (const Example& example : info.examples) page.example(example);
    }
    if (!info.exit_codes.empty()) page.heading("Exit codes of its own");
    for (const auto& [code, says] : info.exit_codes) page.entry(std::to_string(code), says);
    page.paragraphs(fmt::format("{}Options of every command, such as --json and --base: quarry help options",
                                is_group ? name + " COMMAND --help explains a command. " : ""));
    return std::move(page).take();
}

std::string help_topic(std::string_view topic, const Output& out) {
    Page page(out, width_of(out));
    if (topic == "options") {
        GlobalOptions global;
        page.title("quarry help options", "options of every command");
        page.heading("Options");
        for (const OptionModel& option : option_models(root_options(global))) {
            page.entry(option.spelling(), describe(option));
        }
    } else if (topic == "exit-codes") {
        page.title("quarry help exit-codes", "what a command's exit code means");
        page.heading("Exit codes");
        for (const auto& [code, says] : exit_codes_of(quarry_info())) page.entry(std::to_string(code), says);
        page.paragraphs("quarry COMMAND --help lists the codes that a command uses in a special way.");
    } else {
        return {};
    }
    return std::move(page).take();
}

}  // namespace quarry::cli
