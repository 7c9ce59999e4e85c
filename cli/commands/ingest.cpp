// quarry ingest: documents in.
#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>

#include "cli/help/pages.h"
#include "cli/line/ingest_options.h"
#include "cli/text/ingest_report.h"
#include "cli/ui/output.h"
#include "core/app/ingest_inputs.h"
#include "core/app/ingest_service.h"
#include "core/config/config_json.h"
#include "core/wire/ingest_json.h"

namespace quarry::cli {
namespace {

class IngestCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override { return ingest_info(); }

    void setup(OptionTable& options) override { typed_.declare(options); }

    [[nodiscard]] int run(Context& context) override {
        if (typed_.request.git && typed_.paths.empty()) typed_.paths.emplace_back(".");
        typed_.check();
        read_inputs(context);
        app::IngestService service(context);
        std::optional<ingest::IngestReport> stored;
        app::IngestEvents events = shown_progress(context);
        events.documents = [&](const ingest::IngestReport& report) {
            stored = report;
            show(context, report);
        };
        events.round = [&](const app::IngestOutcome& outcome) { print_round(context, outcome); };
        if (typed_.watch) {
            service.watch(typed_.request, events);
            return 0;
        }
        app::IngestOutcome outcome;
        try {
            outcome = service.run(typed_.request, events);
        } catch (const Error&) {
            // The documents are in, whatever became of their vectors.
            if (context.json && stored) print_json(context, *stored, {});
            throw;
        }
        if (context.json) print_json(context, outcome.documents, outcome.vectors);
        return outcome.documents.has_new_failures() ? static_cast<int>(ErrorCode::some_inputs_failed) : 0;
    }

private:
    void read_inputs(Context& context) {
        if (!typed_.files_from.empty()) {
            app::add_inputs(app::read_file_list(context.in, typed_.files_from, typed_.null, context.cancel), true,
                            typed_.request.inputs);
        }
        if (typed_.from_stdin()) {
            typed_.request.document = typed_.name.empty() ? "stdin" : typed_.name;
        } else {
            app::add_inputs(typed_.paths, false, typed_.request.inputs);
        }
        typed_.request.stream = &context.in;
        typed_.request.stream_is_terminal = context.stdin_is_terminal;
    }

    static app::IngestEvents shown_progress(Context& context) {
        app::IngestEvents events;
        if (!context.out.options().err_is_terminal) return events;
        events.progress = [&context, start = std::chrono::steady_clock::now()](const ingest::IngestProgress& progress) {
            const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
            context.out.progress(progress_line(progress, elapsed.count()));
        };
        return events;
    }

    void show(Context& context, const ingest::IngestReport& report) const {
        warn_of_failures(context.out, report);
        if (typed_.request.dry_run && !context.json) print_actions(context.out, report);
        context.out.note(ingest_summary(report, typed_.request.dry_run));
    }

    void print_json(Context& context, const ingest::IngestReport& report,
                    const ingest::EmbeddingReport& vectors) const {
        context.out.result() << config::dump_json(wire::ingest_json(report, vectors, typed_.request.dry_run));
    }

    /// On one line, as a round of --watch ends.
    void print_round(Context& context, const app::IngestOutcome& outcome) const {
        if (!context.json) return;
        const nlohmann::ordered_json json =
            wire::ingest_json(outcome.documents, outcome.vectors, typed_.request.dry_run);
        context.out.result() << json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)
                             << std::endl;
    }

    IngestArguments typed_;
};

}  // namespace

std::unique_ptr<Command> make_ingest_command() { return std::make_unique<IngestCommand>(); }

}  // namespace quarry::cli
