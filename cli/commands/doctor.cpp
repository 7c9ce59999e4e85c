// quarry doctor: what works on this machine and what does not.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/line/features.h"
#include "cli/line/version.h"
#include "cli/text/doctor.h"
#include "cli/ui/output.h"
#include "core/app/diagnosis.h"
#include "core/base/text.h"
#include "core/config/config_json.h"
#include "core/wire/doctor_json.h"

namespace quarry::cli {
namespace {

using wire::DoctorCheck;
using State = DoctorCheck::State;

class DoctorCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "doctor",
                .summary = "check what works on this machine, and how to fix the rest",
                .description =
                    "Looks at the libraries that quarry uses, the settings, the knowledge base here, the model servers "
                    "that are configured, the MCP servers whose tools models may call, and the terminal. Each line is ok, warn (something is missing that you may "
                    "not need) or fail. Nothing is changed. Of keys it says whether their environment variable is set; "
                    "the key itself is neither shown nor sent.",
                .examples = {{"quarry doctor", "check everything"},
                             {"quarry doctor --offline", "without asking model servers whether they answer"},
                             {"quarry doctor --json", "the same for programs, or to attach to a bug report"}},
                .exit_codes = {{1, "something failed"}}};
    }

    void setup(OptionTable& options) override { options.flag("--offline", offline_, "Do not contact any server"); }
    [[nodiscard]] bool works_without_config() const override { return true; }

    [[nodiscard]] int run(Context& context) override {
        std::vector<DoctorCheck> checks = {
            {"libraries", "quarry", State::ok, fmt::format("{}, {}", QUARRY_VERSION, compiler_name())}};
        const auto add = [&](std::vector<DoctorCheck> more) { std::ranges::move(more, std::back_inserter(checks)); };
        add(app::check_libraries(context));
        add(app::check_settings(context));
        add(app::check_knowledge_base(context));
        add(app::check_models(context, offline_));
        add(app::check_server(context));
        add(app::check_shared_cache(context, offline_));
        add(app::check_mcp_servers(context, offline_));
        add(check_terminal(context));
        const bool healthy = std::ranges::none_of(checks, [](const auto& check) { return check.state == State::fail; });
        if (context.json) {
            context.out.result() << config::dump_json(wire::doctor_json(checks, healthy));
        } else {
            print_text(context, checks);
        }
        return healthy ? 0 : static_cast<int>(ErrorCode::failed);
    }

private:
    static void print_text(Context& context, const std::vector<DoctorCheck>& checks) {
        std::string_view area;
        for (const DoctorCheck& check : checks) {
            if (check.area != area) {
                context.out.result() << (area.empty() ? "" : "\n") << context.out.styled(Style::bold, check.area)
                                     << '\n';
            }
            area = check.area;
            const Style style = check.state == State::ok     ? Style::green
                                : check.state == State::warn ? Style::yellow
                                                             : Style::red;
            const std::string state = context.out.styled(style, fmt::format("{:<4}", wire::state_name(check.state)));
            context.out.result() << fmt::format("  {}  {:<14} {}\n", state, check.name, clean(check.detail));
            if (!check.cure.empty()) context.out.result() << fmt::format("{:23}-> {}\n", "", clean(check.cure));
        }
    }

    /// On one line: some libraries describe themselves on several.
    static std::string clean(std::string_view text) { return one_line(strip_terminal_controls(text), 400); }

    bool offline_ = false;
};

}  // namespace

std::unique_ptr<Command> make_doctor_command() { return std::make_unique<DoctorCommand>(); }

}  // namespace quarry::cli
