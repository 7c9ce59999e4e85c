// quarry users rm: a user out.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/user_service.h"
#include "core/config/config_json.h"

namespace quarry::cli {
namespace {

class UsersRmCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "users rm",
                .summary = "remove a user",
                .description = "Removes a user and everything that belongs to it: keys, sessions, grants, "
                               "conversations, runs, jobs and spending. Documents that it added stay.",
                .examples = {{"quarry users rm ada@example.org", "remove one"}},
                .exit_codes = {{3, "the base was made by an older quarry: run quarry migrate up --database base"},
                               {7, "another process is writing to the base"},
                               {9, "the base was made by a newer quarry"},
                               {10, "there is no such user"}}};
    }

    void setup(OptionTable& options) override {
        options.add("user", user_, "The user's e-mail").required().value("EMAIL");
    }

    [[nodiscard]] int run(Context& context) override {
        const std::string email = app::UserService(context, {}).remove_user(user_);
        if (context.json) {
            context.out.result() << config::dump_json({{"schema", "quarry.users.rm/1"}, {"user", email}});
        } else {
            context.out.note(fmt::format("removed the user {} and everything that belonged to it", email));
        }
        return 0;
    }

private:
    std::string user_;
};

}  // namespace

std::unique_ptr<Command> make_users_rm_command() { return std::make_unique<UsersRmCommand>(); }

}  // namespace quarry::cli
