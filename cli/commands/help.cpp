// quarry help: the same as --help, by another name.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>

#include "cli/line/command.h"
#include "cli/line/command_table.h"
#include "cli/line/help.h"
#include "cli/ui/output.h"
#include "core/base/bounded_json.h"
#include "core/base/error.h"
#include "core/base/text.h"
#include "core/wire/document_schema.h"

namespace quarry::cli {
namespace {

class HelpCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {.path = "help",
                .summary = "explain quarry or one of its commands",
                .description = "Prints the same as --help after the command. man quarry has the manual pages.",
                .examples = {{"quarry help", "list every command"},
                             {"quarry help migrate up", "explain the command quarry migrate up"},
                             {"quarry help options", "explain the options of every command"},
                             {"quarry help exit-codes", "list the exit codes and their meaning"},
                             {"quarry help schemas", "list the documents that --json prints"},
                             {"quarry help schemas quarry.search/1", "print the JSON Schema of one"}},
                .is_paged = true};
    }

    void setup(OptionTable& options) override {
        options
            .add("command", words_, "The command to explain, or options, exit-codes, schemas; none lists the commands")
            .value("COMMAND");
    }
    [[nodiscard]] bool works_without_config() const override { return true; }

    [[nodiscard]] int run(Context& context) override {
        if (!words_.empty() && words_.front() == "schemas" && words_.size() <= 2) {
            context.out.result() << (words_.size() == 1 ? schemas_text() : schema_text(words_.back()));
            return 0;
        }
        if (words_.size() == 1) {
            const std::string topic = help_topic(words_.front(), context.out);
            context.out.result() << topic;
            if (!topic.empty()) return 0;
        }
        CommandTable table;
        CommandTable::Entry* entry = words_.empty() ? nullptr : &table.resolve(words_);
        context.out.result() << help_text(table, entry, context.out);
        return 0;
    }

private:
    static std::string schemas_text() {
        std::string text;
        for (const wire::DocumentSchema& schema : wire::document_schemas()) {
            const nlohmann::json parsed = parse_bounded_json(schema.json);
            text += fmt::format("{:<26}  {}\n", schema.name, parsed.at("description").get<std::string>());
        }
        return text;
    }

    static std::string schema_text(const std::string& name) {
        if (const wire::DocumentSchema* schema = wire::find_document_schema(name)) return std::string(schema->json);
        std::vector<std::string> names;
        for (const wire::DocumentSchema& schema : wire::document_schemas()) names.emplace_back(schema.name);
        const std::optional<std::string> nearest = closest(name, names);
        throw Error(ErrorCode::usage, fmt::format("there is no schema {}", one_line(name, 60)),
                    nearest ? fmt::format("did you mean {}?", *nearest) : "quarry help schemas lists all");
    }

    std::vector<std::string> words_;
};

}  // namespace

std::unique_ptr<Command> make_help_command() { return std::make_unique<HelpCommand>(); }

}  // namespace quarry::cli
