// quarry keys revoke: a key that holds no longer.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/user_service.h"
#include "core/config/config_json.h"

namespace quarry::cli {
namespace {

class KeysRevokeCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "keys revoke",
                .summary = "revoke a key",
                .description =
                    "Removes a key and everything that belongs to it. A running server refuses it within two seconds.",
                .examples = {{"quarry keys revoke wiki", "revoke one"}},
                .exit_codes = {{3, "the base was made by an older quarry: run quarry migrate up --database base"},
                               {7, "another process is writing to the base"},
                               {9, "the base was made by a newer quarry"},
                               {10, "there is no such key"}}};
    }

    void setup(OptionTable& options) override { options.add("name", name_, "The key's name").required().value("NAME"); }

    [[nodiscard]] int run(Context& context) override {
        const std::string name = app::UserService(context, {}).revoke_key(name_);
        if (context.json) {
            context.out.result() << config::dump_json({{"schema", "quarry.keys.revoke/1"}, {"key", name}});
        } else {
            context.out.note(fmt::format("revoked the key {}", name));
        }
        return 0;
    }

private:
    std::string name_;
};

}  // namespace

std::unique_ptr<Command> make_keys_revoke_command() { return std::make_unique<KeysRevokeCommand>(); }

}  // namespace quarry::cli
