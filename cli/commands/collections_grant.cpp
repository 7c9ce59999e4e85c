// quarry collections grant: who may use a collection.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/user_service.h"
#include "core/config/config_json.h"

namespace quarry::cli {
namespace {

class CollectionsGrantCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "collections grant",
            .summary = "say who may read or write a collection at quarry serve",
            .description =
                "Sets the access of a user or a key to a collection at quarry serve: read to see its documents, write "
                "to add and remove documents too, admin to grant access to others too, none to take the access away. "
                "Users and keys see nothing that is not granted. The command line may do everything.",
            .examples = {{"quarry collections grant main ada@example.org read", "a user"},
                         {"quarry collections grant work wiki write", "the key called wiki"},
                         {"quarry collections grant work ada@example.org none", "take it away"}},
            .exit_codes = {{3, "the base was made by an older quarry: run quarry migrate up --database base"},
                           {7, "another process is writing to the base"},
                           {9, "the base was made by a newer quarry"},
                           {10, "there is no such collection, user or key"}}};
    }

    void setup(OptionTable& options) override {
        options.add("collection", collection_, "The collection's name").required().value("COLLECTION");
        options.add("who", who_, "An e-mail, or the name of a key").required().value("WHO");
        options.add("access", access_, "read, write, admin or none")
            .required()
            .value("ACCESS")
            .choices({"read", "write", "admin", "none"});
    }

    [[nodiscard]] int run(Context& context) override {
        const std::string principal =
            app::UserService(context, {}).grant(collection_, who_, app::access_by_name(access_));
        if (context.json) {
            context.out.result() << config::dump_json({{"schema", "quarry.collections.grant/1"},
                                                       {"collection", collection_},
                                                       {"principal", principal},
                                                       {"access", access_}});
        } else {
            context.out.note(fmt::format("{} has {} access to the collection {}", who_,
                                         access_ == "none" ? "no" : access_, collection_));
        }
        return 0;
    }

private:
    std::string collection_, who_, access_;
};

}  // namespace

std::unique_ptr<Command> make_collections_grant_command() { return std::make_unique<CollectionsGrantCommand>(); }

}  // namespace quarry::cli
