// quarry agent check: what is wrong with an agent's files.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/agent_display.h"
#include "cli/ui/output.h"
#include "core/app/agent_service.h"
#include "core/base/error.h"
#include "core/config/config_json.h"

namespace quarry::cli {
namespace {

class AgentCheckCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "agent check",
                .summary = "check an agent's files without running them",
                .description = "Reads an agent with all files that it refers to, and reports references to code that "
                               "nothing stands for, with the lines for quarry.toml, and channels that are not "
                               "declared. --portable also reports what Google's ADK would refuse.",
                .examples = {{"quarry agent check agent.yaml", "before the first run"},
                             {"quarry agent check --portable agent.yaml", "for ADK too"}},
                .exit_codes = {{8, "--portable: there are keys that ADK would refuse"}}};
    }

    void setup(OptionTable& options) override {
        options.add("file", file_, "The agent's file").required().value("FILE");
        options.flag("--portable", portable_, "Report what Google's ADK would refuse");
    }

    [[nodiscard]] int run(Context& context) override {
        app::Workspace workspace(context);
        const app::AgentCheck checked = app::AgentService(workspace).check(file_, context.scope());
        const bool is_refused = portable_ && !checked.agent.additions.empty();
        if (context.json) {
            context.out.result() << config::dump_json(document(checked));
            return !checked.unbound.empty() || !checked.findings.empty() ? 2 : is_refused ? 8 : 0;
        }
        app::AgentService::require_complete(checked);
        for (std::size_t i = 0; portable_ && i < checked.agent.additions.size(); ++i) {
            const auto& [place, key] = checked.agent.additions[i];
            context.out.result() << fmt::format("{}: ADK does not take {}\n", place.text(), key);
        }
        for (const auto& [place, key] : checked.agent.ignored) {
            context.out.note(fmt::format("{}: {} has no effect here", place.text(), key));
        }
        context.out.note(fmt::format("{}: {} agent{} in {} file{}", checked.agent.top().name,
                                     checked.agent.definitions.size(), checked.agent.definitions.size() == 1 ? "" : "s",
                                     checked.agent.files.size(), checked.agent.files.size() == 1 ? "" : "s"));
        return is_refused ? static_cast<int>(ErrorCode::lint_findings) : 0;
    }

private:
    [[nodiscard]] static nlohmann::ordered_json document(const app::AgentCheck& checked) {
        nlohmann::ordered_json json = {{"schema", "quarry.agent.check/1"},
                                       {"agent", checked.agent.top().name},
                                       {"files", checked.agent.files},
                                       {"nodes", checked.agent.definitions.size()},
                                       {"unbound", nlohmann::ordered_json::array()},
                                       {"findings", checked.findings},
                                       {"additions", nlohmann::ordered_json::array()}};
        for (const auto& one : checked.unbound) {
            json["unbound"].push_back({{"name", one.name}, {"what", one.what}, {"place", one.place.text()}});
        }
        for (const auto& [place, key] : checked.agent.additions) {
            json["additions"].push_back({{"key", key}, {"place", place.text()}});
        }
        return json;
    }

    std::string file_;
    bool portable_ = false;
};

}  // namespace

std::unique_ptr<Command> make_agent_check_command() { return std::make_unique<AgentCheckCommand>(); }

}  // namespace quarry::cli
