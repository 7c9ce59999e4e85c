// quarry keys: the group.
#include "cli/line/command.h"

namespace quarry::cli {
namespace {

class KeysCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "keys",
            .summary = "say which programs may use quarry serve",
            .description =
                "A key is a secret that a program sends to quarry serve: Authorization: Bearer qk_… . It has scopes "
                "(search, ask, read, write, migrations, agents, admin) and collections. It may belong to a user, and then "
                "never "
                "has more rights than the user. Only its SHA-256 is stored: if you lose a key, revoke it and add a new "
                "one.",
            .examples = {{"quarry keys add wiki --scopes search,ask --collections main", "add one and print it"},
                         {"quarry keys ls", "list them"},
                         {"quarry keys revoke wiki", "revoke one"}}};
    }
    void setup(OptionTable&) override {}
    [[nodiscard]] bool is_group() const override { return true; }
    [[nodiscard]] int run(Context&) override { return 0; }
};

}  // namespace

std::unique_ptr<Command> make_keys_command() { return std::make_unique<KeysCommand>(); }

}  // namespace quarry::cli
