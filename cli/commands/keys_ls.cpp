// quarry keys ls: the keys of the base.
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

class KeysLsCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "keys ls",
                .summary = "list the keys",
                .description = "Prints a line for each key: name, owner, scopes and collections. The keys themselves "
                               "are not stored and cannot be shown.",
                .examples = {{"quarry keys ls", "list them"},
                             {"quarry keys ls --json", "with expiry, last use and budgets"}},
                .exit_codes = {{3, "the base was made by an older quarry: run quarry migrate up --database base"},
                               {7, "another process is writing to the base"},
                               {9, "the base was made by a newer quarry"}}};
    }

    void setup(OptionTable&) override {}

    [[nodiscard]] int run(Context& context) override {
        const std::vector<app::KeyListing> all = app::UserService(context, {}).keys();
        std::ostream& out = context.out.result();
        if (context.json) {
            nlohmann::ordered_json document = {{"schema", "quarry.keys.ls/1"},
                                               {"keys", nlohmann::ordered_json::array()}};
            for (const auto& one : all) {
                document["keys"].push_back(wire::key_json(one.key, one.user, one.collections, one.spent));
            }
            out << config::dump_json(document);
            return 0;
        }
        for (const auto& one : all) {
            const bool expired = one.key.expires_at && *one.key.expires_at <= context.clock();
            out << fmt::format("{}  {}  {}  {}{}\n", one.key.name, one.user.empty() ? "owner" : one.user,
                               fmt::join(one.key.scopes, ","), app::granted_text(one.collections),
                               expired ? "  expired" : "");
        }
        return 0;
    }
};

}  // namespace

std::unique_ptr<Command> make_keys_ls_command() { return std::make_unique<KeysLsCommand>(); }

}  // namespace quarry::cli
