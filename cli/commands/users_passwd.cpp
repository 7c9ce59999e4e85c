// quarry users passwd: another password for a user.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "cli/ui/password.h"
#include "core/app/user_service.h"
#include "core/config/config_json.h"

namespace quarry::cli {
namespace {

class UsersPasswdCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "users passwd",
                .summary = "set the password of a user",
                .description = "Sets the password. On a terminal it asks for it; otherwise it reads one line of "
                               "standard input. All sessions of the user end. Its keys stay valid.",
                .examples = {{"quarry users passwd ada@example.org", "ask for it twice"}},
                .exit_codes = {{3, "the base was made by an older quarry: run quarry migrate up --database base"},
                               {7, "another process is writing to the base"},
                               {9, "the base was made by a newer quarry"},
                               {10, "there is no such user"}}};
    }

    void setup(OptionTable& options) override {
        options.add("user", user_, "The user's e-mail").required().value("EMAIL");
    }

    [[nodiscard]] int run(Context& context) override {
        app::UserService(context, {}).set_password(user_, read_password(context, user_));
        if (context.json) {
            context.out.result() << config::dump_json({{"schema", "quarry.users.passwd/1"}, {"user", user_}});
        } else {
            context.out.note(fmt::format("set the password of {}", user_));
        }
        return 0;
    }

private:
    std::string user_;
};

}  // namespace

std::unique_ptr<Command> make_users_passwd_command() { return std::make_unique<UsersPasswdCommand>(); }

}  // namespace quarry::cli
