// quarry collections rm: a collection out.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/collection_service.h"
#include "core/config/config_json.h"
#include "core/wire/collection_json.h"

namespace quarry::cli {
namespace {

class CollectionsRmCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "collections rm",
            .summary = "remove a collection",
            .description =
                "Removes a collection that has no documents; with --yes, its documents too, as quarry docs rm does. "
                "The files themselves are not touched. main cannot be removed.\n\n"
                "To keep the documents, put them into another collection first: quarry ingest --collection main "
                "PATH.",
            .examples = {{"quarry collections rm work", "remove an empty one"},
                         {"quarry collections rm work --yes", "with all that is in it"}},
            .exit_codes = {{3, "the base was made by an older quarry: run quarry migrate up --database base"},
                           {7, "another process is writing to the base"},
                           {9, "the base was made by a newer quarry"},
                           {10, "there is no such collection"}}};
    }

    void setup(OptionTable& options) override {
        options.add("name", name_, "The collection's name").required().value("NAME");
        options.flag("--yes", yes_, "Remove the documents in it too");
    }

    [[nodiscard]] int run(Context& context) override {
        const std::size_t removed = app::CollectionService(context).remove(name_, yes_);
        if (context.json) {
            context.out.result() << config::dump_json(wire::removed_collection_json(name_, removed));
        } else {
            context.out.note(fmt::format("removed the collection {}{}", name_,
                                         removed == 0   ? ""
                                         : removed == 1 ? " with 1 document"
                                                        : fmt::format(" with {} documents", removed)));
        }
        return 0;
    }

private:
    std::string name_;
    bool yes_ = false;
};

}  // namespace

std::unique_ptr<Command> make_collections_rm_command() { return std::make_unique<CollectionsRmCommand>(); }

}  // namespace quarry::cli
