// quarry users add: somebody who may sign in.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/name_list.h"
#include "cli/ui/output.h"
#include "cli/ui/password.h"
#include "core/app/user_service.h"
#include "core/config/config_json.h"
#include "core/wire/user_json.h"

namespace quarry::cli {
namespace {

class UsersAddCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "users add",
            .summary = "add a user",
            .description =
                "Adds a user, who signs in at quarry serve. On a terminal it asks for the password; otherwise it reads "
                "one line of standard input. Use --no-password for users who sign in through serve.issuer. The user "
                "sees no documents until quarry collections grant gives it a collection. If there is no base, it is "
                "created.",
            .examples = {{"quarry users add ada@example.org", "a user who may search, ask and read"},
                         {"quarry users add ada@example.org --scopes search,ask,read,write,admin", "an administrator"},
                         {"quarry users add ada@example.org --max-cost 20", "with a budget for each month"},
                         {"pass show quarry/ada | quarry users add ada@example.org",
                          "with a password from a password manager"}},
            .exit_codes = {{3, "the base was made by an older quarry: run quarry migrate up --database base"},
                           {7, "another process is writing to the base"},
                           {9, "the base was made by a newer quarry"}}};
    }

    void setup(OptionTable& options) override {
        options.add("email", wanted_.email, "The user's e-mail").required().value("EMAIL");
        options.add("--name", wanted_.name, "The user's name, for people").value("NAME");
        options.add("--scopes", scopes_, "What the user may do, separated by commas (default: search,ask,read)")
            .value("SCOPES");
        options.add("--max-tokens", wanted_.limit.max_tokens, "Tokens of models in a calendar month")
            .value("N")
            .range(0, 1e15);
        options.add("--max-cost", wanted_.limit.max_cost, "Money for models in a calendar month")
            .value("AMOUNT")
            .range(0, 1e9);
        options.flag("--no-password", no_password_, "Set no password");
    }

    [[nodiscard]] int run(Context& context) override {
        if (!scopes_.empty()) wanted_.scopes = name_list(scopes_);
        if (!no_password_) wanted_.password = read_password(context, wanted_.email);
        if (!no_password_ && wanted_.password.empty()) throw Error(ErrorCode::usage, "the password is empty");
        const app::UserListing added = app::UserService(context, {}).add_user(wanted_);
        if (context.json) {
            context.out.result() << config::dump_json(
                {{"schema", "quarry.users.add/1"},
                 {"user", wire::user_json(added.user, added.collections, added.spent)}});
        } else {
            context.out.note(fmt::format("added the user {}; give it a collection: quarry collections grant main "
                                         "{} read",
                                         added.user.email, added.user.email));
        }
        return 0;
    }

private:
    app::NewUser wanted_;
    std::string scopes_;
    bool no_password_ = false;
};

}  // namespace

std::unique_ptr<Command> make_users_add_command() { return std::make_unique<UsersAddCommand>(); }

}  // namespace quarry::cli
