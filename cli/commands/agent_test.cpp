// quarry agent test: runs recordings again.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/agent_recording.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/config/config_json.h"

namespace quarry::cli {
namespace {

class AgentTestCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "agent test",
                .summary = "run agents again with recorded answers",
                .description =
                    "Runs agents with the answers of models, tools and people that recordings hold, and compares "
                    "what comes of it. Nothing is called, so that no key is needed. A folder stands for all "
                    "recordings (.json) in it; quarry agent show RUN --recording makes one.",
                .examples = {{"quarry agent test tests/", "every recording of a folder"}},
                .exit_codes = {{12, "a run gave something else than was recorded"}}};
    }

    void setup(OptionTable& options) override {
        options.add("path", paths_, "Recordings, or folders of them").required().value("PATH");
    }

    [[nodiscard]] int run(Context& context) override {
        app::Workspace workspace(context);
        nlohmann::ordered_json json = {{"schema", "quarry.agent.test/1"}, {"tests", nlohmann::ordered_json::array()}};
        std::size_t failed = 0;
        const std::vector<std::filesystem::path> all = files();
        for (const std::filesystem::path& file : all) {
            const app::AgentTest test = app::test_recording(workspace, file, context.scope());
            failed += test.problems.empty() ? 0 : 1;
            json["tests"].push_back({{"file", test.file}, {"passed", test.problems.empty()}, {"problems", test.problems}});
            if (context.json) continue;
            context.out.result() << (test.problems.empty() ? "ok      " : "failed  ") << test.file << '\n';
            for (const std::string& problem : test.problems) {
                context.out.result() << "  " << strip_terminal_controls(problem) << '\n';
            }
        }
        if (context.json) context.out.result() << config::dump_json(json);
        if (failed > 0 && !context.json) context.out.note(fmt::format("{} of {} failed", failed, all.size()));
        return failed > 0 ? static_cast<int>(ErrorCode::below_threshold) : 0;
    }

private:
    [[nodiscard]] std::vector<std::filesystem::path> files() const {
        std::vector<std::filesystem::path> all;
        for (const std::string& path : paths_) {
            if (!std::filesystem::is_directory(path)) {
                all.emplace_back(path);
                continue;
            }
            std::vector<std::filesystem::path> inside;
            for (const auto& entry : std::filesystem::directory_iterator(path)) {
                if (entry.path().extension() == ".json") inside.push_back(entry.path());
            }
            std::ranges::sort(inside);
            all.insert(all.end(), inside.begin(), inside.end());
        }
        return all;
    }

    std::vector<std::string> paths_;
};

}  // namespace

std::unique_ptr<Command> make_agent_test_command() { return std::make_unique<AgentTestCommand>(); }

}  // namespace quarry::cli
