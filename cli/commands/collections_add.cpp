// quarry collections add: a new collection.
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

class CollectionsAddCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "collections add",
            .summary = "add a collection",
            .description = "Adds an empty collection, which quarry ingest --collection fills. Its name is 1 to 64 "
                           "letters, digits, - _ and . without accents. The description says what it holds, to "
                           "people, and to models that choose where to look. The base is made where there is none.",
            .examples = {{"quarry collections add work", "an empty one"},
                         {"quarry collections add work --description 'Contracts and minutes'", "with what it is for"}},
            .exit_codes = {{3, "the base was made by an older quarry: run quarry migrate up --database base"},
                           {7, "another process is writing to the base"},
                           {9, "the base was made by a newer quarry"}}};
    }

    void setup(OptionTable& options) override {
        options.add("name", name_, "The collection's name").required().value("NAME");
        options.add("--description", description_, "What it holds").value("TEXT");
    }

    [[nodiscard]] int run(Context& context) override {
        app::CollectionService(context).add(name_, description_);
        if (context.json) {
            context.out.result() << config::dump_json(wire::added_collection_json(name_, description_));
        } else {
            context.out.note(fmt::format("added the collection {}", name_));
        }
        return 0;
    }

private:
    std::string name_, description_;
};

}  // namespace

std::unique_ptr<Command> make_collections_add_command() { return std::make_unique<CollectionsAddCommand>(); }

}  // namespace quarry::cli
