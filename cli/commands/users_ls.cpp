// quarry users ls: the users of the base.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/user_service.h"
#include "core/config/config_json.h"
#include "core/wire/user_json.h"

namespace quarry::cli {
namespace {

class UsersLsCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "users ls",
                .summary = "list the users",
                .description = "Prints a line for each user: e-mail, scopes, and its access to collections.",
                .examples = {{"quarry users ls", "list them"},
                             {"quarry users ls --json", "with budgets and what was spent"}},
                .exit_codes = {{3, "the base was made by an older quarry: run quarry migrate up --database base"},
                               {7, "another process is writing to the base"},
                               {9, "the base was made by a newer quarry"}}};
    }

    void setup(OptionTable&) override {}

    [[nodiscard]] int run(Context& context) override {
        const std::vector<app::UserListing> all = app::UserService(context, {}).users();
        std::ostream& out = context.out.result();
        if (context.json) {
            nlohmann::ordered_json document = {{"schema", "quarry.users.ls/1"},
                                               {"users", nlohmann::ordered_json::array()}};
            for (const auto& one : all) {
                document["users"].push_back(wire::user_json(one.user, one.collections, one.spent));
            }
            out << config::dump_json(document);
            return 0;
        }
        for (const auto& one : all) {
            out << fmt::format("{}  {}  {}{}\n", one.user.email, fmt::join(one.user.scopes, ","),
                               app::granted_text(one.collections), one.user.disabled_at ? "  disabled" : "");
        }
        return 0;
    }
};

}  // namespace

std::unique_ptr<Command> make_users_ls_command() { return std::make_unique<UsersLsCommand>(); }

}  // namespace quarry::cli
