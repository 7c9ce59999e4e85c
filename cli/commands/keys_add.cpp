// quarry keys add: a secret for a program.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/name_list.h"
#include "cli/ui/output.h"
#include "core/app/user_service.h"
#include "core/config/config_json.h"
#include "core/wire/user_json.h"

namespace quarry::cli {
namespace {

class KeysAddCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "keys add",
            .summary = "add a key and print it",
            .description =
                "Adds a key and prints only the key on standard output. It cannot be shown again. --collections "
                "names the collections that it may read, and with the scope write also write. Without "
                "--collections, a key of a user has the collections of the user, and any other key has none. If "
                "there is no base, it is created.",
            .examples = {{"quarry keys add wiki --scopes search,ask --collections main", "for a program that asks"},
                         {"quarry keys add ci --scopes write --collections docs,api --expires 90d",
                          "for a program that ingests"},
                         {"quarry keys add ada-laptop --scopes search,ask --user ada@example.org", "a key of a user"}},
            .exit_codes = {{3, "the base was made by an older quarry: run quarry migrate up --database base"},
                           {7, "another process is writing to the base"},
                           {9, "the base was made by a newer quarry"},
                           {10, "there is no such user or collection"}}};
    }

    void setup(OptionTable& options) override {
        options.add("name", wanted_.name, "The key's name").required().value("NAME");
        options.add("--scopes", scopes_, "What it may do, separated by commas: " + app::scope_list())
            .required()
            .value("SCOPES");
        options.add("--collections", collections_, "Collections it may use, separated by commas").value("NAMES");
        options.add("--user", wanted_.user, "The user it belongs to").value("EMAIL");
        options.add("--expires", expires_, "How long it is valid: 90d, 12h, 15m (default: until it is revoked)")
            .value("TIME");
        options.add("--max-tokens", wanted_.limit.max_tokens, "Tokens of models in a calendar month")
            .value("N")
            .range(0, 1e15);
        options.add("--max-cost", wanted_.limit.max_cost, "Money for models in a calendar month")
            .value("AMOUNT")
            .range(0, 1e9);
    }

    [[nodiscard]] int run(Context& context) override {
        wanted_.scopes = name_list(scopes_);
        if (!collections_.empty()) wanted_.collections = name_list(collections_);
        if (!expires_.empty()) wanted_.expires_in = app::parse_duration(expires_);
        const app::AddedKey added = app::UserService(context, {}).add_key(wanted_);
        std::ostream& out = context.out.result();
        if (context.json) {
            out << config::dump_json({{"schema", "quarry.keys.add/1"},
                                      {"key", wire::key_json(added.key, wanted_.user, added.collections, {})},
                                      {"secret", added.secret}});
            return 0;
        }
        out << added.secret << '\n';
        if (added.collections.empty()) {
            context.out.note(
                fmt::format("{} sees no documents yet; give it a collection: quarry collections grant main {} read",
                            added.key.name, added.key.name));
        }
        return 0;
    }

private:
    app::NewKey wanted_;
    std::string scopes_, collections_, expires_;
};

}  // namespace

std::unique_ptr<Command> make_keys_add_command() { return std::make_unique<KeysAddCommand>(); }

}  // namespace quarry::cli
