// quarry users: the group.
#include "cli/line/command.h"

namespace quarry::cli {
namespace {

class UsersCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "users",
            .summary = "say who may sign in at quarry serve",
            .description =
                "A user signs in at quarry serve with an e-mail and a password, or through a company's own sign-in "
                "(serve.issuer). Its scopes say what it may do: search, ask, read, write, migrations, agents, admin. It "
                "sees the documents of the collections that quarry collections grant gives it; a new user sees "
                "none.\n\n"
                "For a program, add a key instead: quarry keys.",
            .examples = {{"quarry users add ada@example.org", "add one; asks for the password"},
                         {"quarry collections grant main ada@example.org read", "give it read access to a collection"},
                         {"quarry users ls", "list them"}}};
    }
    void setup(OptionTable&) override {}
    [[nodiscard]] bool is_group() const override { return true; }
    [[nodiscard]] int run(Context&) override { return 0; }
};

}  // namespace

std::unique_ptr<Command> make_users_command() { return std::make_unique<UsersCommand>(); }

}  // namespace quarry::cli
