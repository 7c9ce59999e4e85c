// quarry store copy: a base in another engine.
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/line/command.h"
#include "cli/ui/output.h"
#include "core/app/store_copy_service.h"
#include "core/config/config_json.h"
#include "core/wire/display_uri.h"

namespace quarry::cli {
namespace {

class StoreCopyCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "store copy",
            .summary = "copy a base to PostgreSQL, or back",
            .description =
                "Copies one base to another, of which one is in a PostgreSQL database: documents with their passages, "
                "vectors, metadata and collections, conversations, traces, cached answers, uploaded files, users, "
                "keys, grants and feedback. FROM and TO are the path of a file, or "
                "postgresql://USER@HOST/DATABASE. TO is made where there is none. FROM is not changed, and others may "
                "use it meanwhile.\n\n"
                "A copy that was interrupted goes on where it stopped when the command is run again. In the end the "
                "copy is checked, as quarry docs verify does it.\n\n"
                "Runs of servers, their jobs and threads of agents are not copied. Two files are copied by quarry "
                "backup.",
            .examples = {{"quarry store copy .quarry/base.db postgresql://db.example.org/quarry", "to a server"},
                         {"quarry store copy postgresql://db.example.org/quarry copy.db", "and back, to a file"}},
            .exit_codes = {{3, "a base was made by an older quarry: run quarry migrate up --database base"},
                           {7, "another process is writing to the copy"},
                           {9, "a base was made by a newer quarry"}}};
    }

    void setup(OptionTable& options) override {
        options.add("from", from_, "The base to copy").required().value("FROM");
        options.add("to", to_, "Where the copy goes").required().value("TO");
    }

    [[nodiscard]] int run(Context& context) override {
        const app::StoreCopyReport report = app::StoreCopyService(context).copy(from_, to_);
        if (context.json) {
            context.out.result() << config::dump_json(nlohmann::ordered_json{{"schema", "quarry.store.copy/1"},
                                                                             {"from", from_},
                                                                             {"to", to_},
                                                                             {"copied", report.copied},
                                                                             {"unchanged", report.unchanged},
                                                                             {"documents", report.documents},
                                                                             {"chunks", report.chunks},
                                                                             {"vectors", report.vectors},
                                                                             {"records", report.records}});
            return 0;
        }
        context.out.note(fmt::format("copied {} sources, {} were there already; {} has {} documents with {} passages",
                                     report.copied, report.unchanged, wire::display_uri(to_), report.documents,
                                     report.chunks));
        if (report.records > 0) context.out.note(fmt::format("copied {} records beside them", report.records));
        return 0;
    }

private:
    std::string from_, to_;
};

}  // namespace

std::unique_ptr<Command> make_store_copy_command() { return std::make_unique<StoreCopyCommand>(); }

}  // namespace quarry::cli
