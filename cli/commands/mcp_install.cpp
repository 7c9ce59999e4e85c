// quarry mcp install: tells an assistant how to start quarry.
#include <fmt/format.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>
#include <string>
#include <system_error>
#include <vector>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/server_base.h"
#include "core/base/file.h"
#include "core/config/config_json.h"
#include "core/config/mcp_hosts.h"

namespace quarry::cli {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t most_bytes = 10 << 20;

std::vector<std::string> host_names() {
    std::vector<std::string> names;
    for (const config::McpHost& host : config::mcp_hosts()) names.emplace_back(host.name);
    return names;
}

class McpInstallCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "mcp install",
            .summary = "the configuration of an assistant that uses these documents",
            .description =
                "Prints what the configuration of an assistant needs so that it starts quarry mcp on this knowledge "
                "base, and the file where it goes: of the project for claude-code and vscode, else the user's own.\n\n"
                "--write puts it there. Other entries and settings of the file stay; its JSON is laid out again. A "
                "file that cannot be read, or that has comments, is left as it is.",
            .examples = {{"quarry mcp install claude-desktop", "see what to add, and where"},
                         {"quarry mcp install vscode --write", "add it to .vscode/mcp.json"},
                         {"quarry --base ~/notes/.quarry/base.db mcp install codex --write", "another base"}}};
    }
    void setup(OptionTable& options) override {
        options.add("host", host_, "The assistant").required().value("HOST").choices(host_names());
        options.flag("--write", write_, "Write the configuration, keeping what is there");
    }

    [[nodiscard]] int run(Context& context) override {
        const config::McpHost& host = config::mcp_host(host_);
        const fs::path file = config::mcp_host_file(host, fs::current_path(), context.environment);
        const config::McpProgram program = {own_path(), "--base", app::absolute_base(context.base_path).string(),
                                            "mcp"};
        const bool changed = write_ && write(host, file, program);
        if (context.json) {
            const nlohmann::ordered_json document = {{"schema", "quarry.mcp.install/1"},
                                                     {"host", host.name},
                                                     {"file", file.string()},
                                                     {"program", program},
                                                     {"text", config::mcp_entry(host, program)},
                                                     {"written", changed}};
            context.out.result() << config::dump_json(document);
            return 0;
        }
        if (!write_) {
            context.out.note(fmt::format("add this to {}:", file.string()));
            context.out.result() << config::mcp_entry(host, program);
        } else {
            context.out.note(changed ? fmt::format("wrote {}; restart {}", file.string(), host.title)
                                     : fmt::format("{} has it already", file.string()));
        }
        return 0;
    }

private:
    /// Where this program is, so that a host with another PATH finds it.
    static std::string own_path() {
        std::error_code unknown;
        const fs::path path = fs::read_symlink("/proc/self/exe", unknown);
        return unknown ? "quarry" : path.string();
    }

    /// Whether the file had to be changed.
    static bool write(const config::McpHost& host, const fs::path& file, const config::McpProgram& program) {
        std::error_code unknown;
        // Through a link, as those have who keep such files elsewhere.
        const fs::path target = fs::weakly_canonical(file, unknown);
        const fs::path place = unknown ? file : target;
        const std::string before = fs::exists(place, unknown) ? read_file(place, most_bytes) : std::string();
        const std::string after = config::with_mcp_entry(host, before, program);
        if (after == before) return false;
        fs::create_directories(place.parent_path());
        write_file_atomically(place, after, before.empty());
        return true;
    }

    std::string host_;
    bool write_ = false;
};

}  // namespace

std::unique_ptr<Command> make_mcp_install_command() { return std::make_unique<McpInstallCommand>(); }

}  // namespace quarry::cli
