// quarry ingest: documents in.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <ostream>

#include "cli/command.h"
#include "cli/config.h"
#include "cli/embedding.h"
#include "cli/ingest_report.h"
#include "cli/knowledge_base.h"
#include "cli/output.h"
#include "cli/shown_uri.h"
#include "core/base/text.h"
#include "core/ingest/ingest.h"

namespace quarry::cli {
namespace {

constexpr std::string_view standard_input = "-";

class IngestCommand final : public Command {
public:
    [[nodiscard]] CommandInfo info() const override {
        return {
            .path = "ingest",
            .summary = "read documents into the knowledge base",
            .description =
                "Reads files and folders into the knowledge base: the file .quarry/base.db, here or in a folder above, "
                "in which quarry search and quarry ask find things. Where there is none, it is made here. Markdown and "
                "plain text are read; files of other types are skipped and counted.\n\n"
                "A second run reads only what changed. A file whose size and time are as they were is not opened; one "
                "that was edited replaces what was known of it. Files that were deleted stay in the base until --prune "
                "is given.\n\n"
                "In folders, hidden files and folders, symbolic links, and what .gitignore and .quarryignore files (same "
                "rules) list are left out. A file that is named on the command line is read whatever they say.\n\n"
                "Each document is cut into chunks: passages of about the size chunk.size, which is what searches find. "
                "Then their vectors are made: lists of numbers that stand for meaning, by which passages are found "
                "that say the same in other words (settings embed.*).\n\n"
                "A document that cannot be read is reported with its reason, the others go in, and the exit code is 11; "
                "quarry docs ls --failed lists them, and the next run tries them again. A run that is interrupted, or "
                "killed, leaves what it had stored; the next one goes on from there.\n\n"
                "With --jsonl, each line of the input is a document: a JSON object like "
                R"({"id": "a1", "title": "Moon", "text": "It is far.", "metadata": {"year": 1969}}; id and text are )"
                "needed. The id is the document's name in the base.",
            .examples = {{"quarry ingest docs README.md", "read a folder and a file"},
                         {"quarry ingest --prune docs", "also forget files that are gone from docs"},
                         {"printf 'The moon is 384,400 km away.' | quarry ingest - --name moon.txt",
                          "read one document from standard input"},
                         {"quarry ingest --jsonl articles.jsonl", "read a document from each line of JSON"},
                         {"quarry ingest --dry-run docs", "show what would be done, and do nothing"}},
            .exit_codes = {{3, "the base was made by an older quarry: run quarry migrate up"},
                           {7, "another process is writing to the base"},
                           {9, "the base was made by a newer quarry"},
                           {11, "some documents could not be read; the others are in"},
                           {14, "the embedding server failed; the documents are in, without vectors"},
                           {15, "the embedding server refused because of too many requests"}}};
    }

    void setup(CLI::App& app) override {
        app.add_option("path", paths_, "Files and folders to read; - is standard input")->type_name("PATH");
        app.add_option("--jsonl", jsonl_, "Read a document from each line of JSON in this file; - is standard input")
            ->type_name("FILE");
        app.add_option("--name", name_, "Name of the document on standard input (default: stdin)")->type_name("NAME");
        app.add_option("--type", type_,
                       "What the documents are: markdown or text (default: by the ending of the file's name)")
            ->type_name("TYPE");
        app.add_flag("--prune", prune_, "Remove documents of the given folders whose files are gone");
        app.add_flag("--dry-run", dry_run_, "Only show what would be added, updated and removed");
    }

    [[nodiscard]] int run(Context& context) override {
        check_arguments();
        IngestOptions options = ingest_options(context);
        const std::unique_ptr<Store> store = open_base(context, options);
        const IngestReport report = ingest(context, store.get(), options);
        context.out.progress("");
        std::string embedder;
        std::uint64_t embedded = 0;
        warn_of_failures(context, report);
        if (dry_run_ && !context.json) print_actions(context, report);
        context.out.note(ingest_summary(report, dry_run_));
        if (store && !options.dry_run) {
            const EmbeddingReport vectors = update_vectors(context, *store);
            embedder = vectors.embedder;
            embedded = vectors.embedded;
        }
        if (context.json) {
            nlohmann::ordered_json json = ingest_json(report, dry_run_);
            json["embedder"] = embedder;
            json["embedded"] = embedded;
            context.out.result() << json.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << '\n';
        }
        return report.failed.empty() ? 0 : static_cast<int>(ErrorCode::some_inputs_failed);
    }

private:
    [[nodiscard]] bool from_stdin() const { return paths_.size() == 1 && paths_.front() == standard_input; }

    void check_arguments() const {
        const auto refuse = [](const char* what, const char* hint) { throw Error(ErrorCode::usage, what, hint); };
        if (paths_.empty() && jsonl_.empty()) {
            refuse("nothing to ingest was given", "give files, folders, - for standard input, or --jsonl FILE");
        }
        if (!paths_.empty() && !jsonl_.empty()) {
            refuse("paths and --jsonl cannot be read in one run", "run quarry ingest once for each");
        }
        const bool dash = std::ranges::find(paths_, standard_input) != paths_.end();
        if (dash && !from_stdin()) {
            refuse("- (standard input) cannot be read together with other paths", "run quarry ingest once for each");
        }
        if (!name_.empty() && !from_stdin()) {
            refuse("--name names the document on standard input", "add - to read it: quarry ingest - --name NAME");
        }
        if (prune_ && (from_stdin() || !jsonl_.empty())) {
            refuse("--prune is for folders", "remove single documents with: quarry docs rm NAME");
        }
    }

    [[nodiscard]] IngestOptions ingest_options(Context& context) const {
        IngestOptions options;
        options.chunking = configured_chunking(context.config);
        options.max_file_bytes = static_cast<std::uint64_t>(context.config.integer("ingest.max_file_bytes"));
        options.threads = static_cast<std::size_t>(context.config.integer("ingest.threads"));
        options.prune = prune_;
        options.dry_run = dry_run_;
        options.type = type_;
        options.progress = [&context, start = std::chrono::steady_clock::now()](const IngestProgress& progress) {
            if (!context.out.options().err_is_terminal) return;
            const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
            context.out.progress(progress_line(progress, elapsed.count()));
        };
        return options;
    }

    /// Null in a dry run where there is no base. A base is not made for paths of which none exists: the run is
    /// a dry one then, which reports them.
    [[nodiscard]] std::unique_ptr<Store> open_base(Context& context, IngestOptions& options) const {
        std::error_code unknown;
        if (std::filesystem::exists(context.base_path, unknown)) {
            return dry_run_ ? open_store(context.base_path, StoreMode::read) : open_or_create_base(context);
        }
        const bool any = jsonl_.empty() && !from_stdin()
                             ? std::ranges::any_of(paths_, [](const std::string& path) {
                                   std::error_code missing;
                                   return std::filesystem::exists(path, missing);
                               })
                             : true;
        if (any && !dry_run_) return open_or_create_base(context);
        options.dry_run = true;
        return nullptr;
    }

    [[nodiscard]] IngestReport ingest(Context& context, Store* store, const IngestOptions& options) const {
        const bool piped = from_stdin() || jsonl_ == standard_input;
        if (piped && context.stdin_is_terminal) context.out.note("reading from the terminal; end with Ctrl-D");
        if (from_stdin()) {
            return ingest_stream(store, context.in, name_.empty() ? "stdin" : name_, options, context.cancel);
        }
        if (jsonl_.empty()) {
            return ingest_paths(store, {paths_.begin(), paths_.end()}, options, context.cancel);
        }
        if (piped) return ingest_jsonl(store, context.in, "stdin", options, context.cancel);
        std::ifstream file(jsonl_, std::ios::binary);
        if (!file || std::filesystem::is_directory(jsonl_)) {
            throw Error(ErrorCode::failed, fmt::format("cannot read {}", shown_uri(jsonl_)),
                        "--jsonl takes a file, or - for standard input")
                .because(std::filesystem::is_directory(jsonl_) ? "it is a folder" : std::strerror(errno));
        }
        return ingest_jsonl(store, file, jsonl_, options, context.cancel);
    }

    static void print_actions(Context& context, const IngestReport& report) {
        for (const IngestReport::Planned& planned : report.actions) {
            std::string line = fmt::format("{:<7} {}", ingest_action_name(planned.action), shown_uri(planned.uri));
            if (planned.chunks > 0) line += fmt::format(" ({} chunk{})", planned.chunks, planned.chunks == 1 ? "" : "s");
            if (!planned.reason.empty()) {
                line += fmt::format(" ({})", one_line(strip_terminal_controls(planned.reason), 400));
            }
            context.out.result() << line << '\n';
            if (context.out.closed()) return;
        }
    }

    std::vector<std::string> paths_;
    std::string jsonl_;
    std::string name_;
    std::string type_;
    bool prune_ = false;
    bool dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> make_ingest_command() { return std::make_unique<IngestCommand>(); }

}  // namespace quarry::cli
