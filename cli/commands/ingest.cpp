// quarry ingest: documents in.
#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <ostream>

#include "cli/line/command.h"
#include "cli/line/number_checks.h"
#include "cli/text/ingest_report.h"
#include "cli/ui/output.h"
#include "core/app/embedding_cost.h"
#include "core/app/ingest_inputs.h"
#include "core/app/knowledge_base.h"
#include "core/app/sentence_vectors.h"
#include "core/app/vectors.h"
#include "core/base/glob_path.h"
#include "core/base/text.h"
#include "core/config/config.h"
#include "core/config/extract_commands.h"
#include "core/ingest/ingest.h"
#include "core/ingest/selection.h"
#include "core/ingest/watch.h"
#include "core/redact/redactor.h"
#include "core/wire/display_uri.h"

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
                "Reads files, folders and web pages into the knowledge base: the file .quarry/base.db, here or in a "
                "folder "
                "above, in which quarry search and quarry ask find things. Where there is none, it is made here. Files "
                "of "
                "types that quarry does not read are skipped and counted.\n\n"
                "A second run reads only what changed. A file whose size and time are as they were is not opened; one "
                "that was edited replaces what was known of it; one that was moved keeps what was known of it under "
                "its "
                "new name. Files that were deleted stay in the base until --prune is given. A web page that is as it "
                "was "
                "is not sent again.\n\n"
                "A path with wildcards in quotes is a pattern: 'docs/**/*.md' is every .md file below docs. In "
                "folders, "
                "hidden files and folders, symbolic links, and what .gitignore, .ignore and .quarryignore files leave "
                "out "
                "are not read; --include and --exclude take patterns like theirs. A file that is named on the command "
                "line is read whatever they say.\n\n"
                "With --git only what git tracks in the folders is read, and a file that git says is unchanged is not "
                "opened even when a fresh checkout gave it a new time. With --since REV only what changed since that "
                "revision is looked at, and what was deleted since is removed.\n\n"
                "Web pages are read when their address is given. Addresses of this machine and of private networks are "
                "refused, also when a page redirects there, unless --allow-private is given.\n\n"
                "Each document is cut into chunks: passages of about the size chunk.size, which is what searches find. "
                "Then their vectors are made: lists of numbers that stand for meaning, by which passages are found "
                "that say the same in other words (settings embed.*). Where a server is paid for that, --dry-run says "
                "what it would cost, and --max-cost refuses to spend more.\n\n"
                "A document that cannot be read is reported with its reason, the others go in, and the exit code is "
                "11. Files and web pages that could not be read are kept with the reason (quarry docs ls --failed) and "
                "tried again by the next run; paths that do not exist, files of no known type and lines that are "
                "no document are only reported. A run that is interrupted, or killed, leaves what it had stored; the next one goes on from "
                "there.\n\n"
                "With --watch the command stays and keeps the base in step with the folders, deletions too, until "
                "Ctrl-C.\n\n"
                "With --redact, keys, tokens, passwords, e-mail addresses, telephone and card numbers and the like are "
                "replaced by what they were, as in [REDACTED:email], before anything is stored. The base remembers "
                "which; --redact=off ends it. What is in the base already is redacted too, and is read again when what "
                "is redacted changes. Names of files stay as they are.\n\n"
                "With --jsonl, each line of the input is a document: a JSON object like "
                R"({"id": "a1", "title": "Moon", "text": "It is far.", "metadata": {"year": 1969}}; id and text are )"
                "needed. The id is the document's name in the base.",
            .examples = {{"quarry ingest docs README.md", "read a folder and a file"},
                         {"quarry ingest --prune docs", "also forget files that are gone from docs"},
                         {"quarry ingest 'docs/**/*.md' --exclude drafts/", "read what matches a pattern"},
                         {"quarry ingest --git --since v1.2 .", "read what git says changed since v1.2"},
                         {"quarry ingest https://example.com/handbook.html", "read a web page"},
                         {"find . -name '*.md' -print0 | quarry ingest --files-from - -0", "read a list of files"},
                         {"printf 'The moon is 384,400 km away.' | quarry ingest - --name moon.txt",
                          "read one document from standard input"},
                         {"quarry ingest --jsonl articles.jsonl", "read a document from each line of JSON"},
                         {"quarry ingest --watch docs", "stay, and keep the base in step with a folder"},
                         {"quarry ingest --dry-run docs", "show what would be done, and do nothing"}},
            .exit_codes = {{3, "the base was made by an older quarry: run quarry migrate up"},
                           {7, "another process is writing to the base"},
                           {9, "the base was made by a newer quarry"},
                           {11, "some documents could not be read; the others are in"},
                           {14, "the embedding server failed; the documents are in, without vectors"},
                           {15, "the embedding server refused because of too many requests"},
                           {16, "embedding would cost more than --max-cost; the documents are in, without vectors"}}};
    }

    void setup(OptionTable& options) override {
        options.add("path", paths_, "Files, folders, patterns and web addresses to read; - is standard input")
            .value("PATH");
        options
            .add("--files-from", files_from_,
                 "Read the paths and web addresses in this file, one a line; - is standard input")
            .value("FILE");
        options.flag("-0,--null", null_, "In --files-from they end with a NUL byte, as find -print0 writes them");
        options.add("--jsonl", jsonl_, "Read a document from each line of JSON in this file; - is standard input")
            .value("FILE");
        options.add("--name", name_, "Name of the document on standard input (default: stdin)").value("NAME");
        options
            .add("--type", type_,
                 "What the documents are, such as markdown or text (default: by the ending of the file's name)")
            .value("TYPE");
        options.add("--include", include_, "Of folders, read only files that match this pattern; may be repeated")
            .value("GLOB");
        options.add("--exclude", exclude_, "Leave out files and folders that match; may be repeated").value("GLOB");
        options.flag("--hidden", hidden_, "Read hidden files and folders too, except .git and .quarry");
        options.flag("--git", git_, "Read only what git tracks in the folders (default: the working folder)");
        options.add("--since", since_, "With --git, only what changed since this revision").value("REV");
        options.flag("--prune", prune_, "Remove documents of the given folders whose files are gone");
        options.flag("--watch", watch_, "Stay, and keep the base in step with the files until Ctrl-C");
        options.flag("--allow-private", allow_private_, "Read web pages of this machine and of private networks too");
        options.flag(
            "--redact", redact_, "default",
            "Take secrets and personal data out before anything is stored: all but IP addresses, or those of "
            "--redact=KINDS (secrets, email, phone, card, iban, us-ssn, ch-ahv, de-tax-id, ip, personal, all)");
        options.flag("--dry-run", dry_run_, "Only show what would be added, updated and removed, and what it costs");
        options.add("--max-cost", max_cost_, "Most that embedding may cost, in the currency of the server's price")
            .value("AMOUNT")
            .check(amount());
    }

    [[nodiscard]] int run(Context& context) override {
        if (git_ && paths_.empty()) paths_.emplace_back(".");
        check_arguments();
        const app::EmbeddingPrice price = app::embedding_price(context.config);
        if (max_cost_ && !price.price) app::check_budget(price, 0, *max_cost_);
        const ingest::IngestInputs inputs = read_inputs(context);
        ingest::IngestOptions options = ingest_options(context);
        app::SentenceSpending spending{price, max_cost_};
        if (dry_run_) {
            app::plan_sentence_vectors(context, options.chunking);
        } else {
            app::use_sentence_vectors(context, spending, options.chunking);
        }
        const bool is_new = !exists(context.base_path);
        if (is_new && !dry_run_) app::check_embedder(context, nullptr);
        const std::unique_ptr<store::Store> store = open_base(context, inputs, options);
        if (!is_new && !dry_run_) app::check_embedder(context, store.get());
        if (watch_) return watch(context, *store, inputs, options, spending);
        const ingest::IngestReport report = ingest(context, store.get(), inputs, options);
        ingest::EmbeddingReport vectors;
        try {
            vectors = finish(context, store.get(), report, options, spending, is_new);
        } catch (const Error&) {
            // The documents are in, whatever became of their vectors.
            if (context.json) print_json(context, ingest_json(report, dry_run_), {});
            throw;
        }
        if (context.json) print_json(context, ingest_json(report, dry_run_), vectors);
        if (dry_run_ && max_cost_) app::check_budget(price, planned_tokens(store.get(), report, options), *max_cost_);
        return report.failed.empty() ? 0 : static_cast<int>(ErrorCode::some_inputs_failed);
    }

private:
    [[nodiscard]] bool from_stdin() const { return paths_.size() == 1 && paths_.front() == standard_input; }

    static bool exists(const std::filesystem::path& path) {
        std::error_code unknown;
        return std::filesystem::exists(path, unknown);
    }

    [[noreturn]] static void refuse(const char* what, const char* hint) { throw Error(ErrorCode::usage, what, hint); }

    void check_arguments() const {
        if (paths_.empty() && jsonl_.empty() && files_from_.empty()) {
            refuse("nothing to ingest was given", "give files, folders, - for standard input, or --jsonl FILE");
        }
        if ((!paths_.empty() || !files_from_.empty()) && !jsonl_.empty()) {
            refuse("paths and --jsonl cannot be read in one run", "run quarry ingest once for each");
        }
        const bool dash = std::ranges::find(paths_, standard_input) != paths_.end();
        if (dash && (!from_stdin() || !files_from_.empty())) {
            refuse("- (standard input) cannot be read together with other paths", "run quarry ingest once for each");
        }
        if (!name_.empty() && !from_stdin()) {
            refuse("--name names the document on standard input", "add - to read it: quarry ingest - --name NAME");
        }
        if (prune_ && (from_stdin() || !jsonl_.empty())) {
            refuse("--prune is for folders", "remove single documents with: quarry docs rm NAME");
        }
        if (null_ && files_from_.empty()) {
            refuse("-0 says how the paths of --files-from end", "add --files-from FILE, or - for standard input");
        }
        check_git_and_watch();
    }

    void check_git_and_watch() const {
        if (!since_.empty() && !git_) refuse("--since is for --git", "add --git");
        if (git_ && (from_stdin() || !jsonl_.empty() || !files_from_.empty())) {
            refuse("--git is for folders", "give the folder of a git repository");
        }
        if (!watch_) return;
        const bool only_paths = jsonl_.empty() && files_from_.empty() && !from_stdin() &&
                                std::ranges::none_of(paths_, [](const std::string& path) { return app::is_url(path); });
        if (!only_paths || !since_.empty() || dry_run_) {
            refuse("--watch is for files and folders",
                   "leave out web addresses, lists, standard input, --since and --dry-run");
        }
    }

    [[nodiscard]] ingest::IngestInputs read_inputs(Context& context) const {
        ingest::IngestInputs inputs;
        if (!files_from_.empty())
            app::add_inputs(app::read_file_list(context.in, files_from_, null_, context.cancel), true, inputs);
        if (!from_stdin()) app::add_inputs(paths_, false, inputs);
        return inputs;
    }

    [[nodiscard]] ingest::IngestOptions ingest_options(Context& context) const {
        ingest::IngestOptions options;
        options.chunking = app::configured_chunking(context.config);
        options.extractors = config::configured_extractors(context.config);
        options.max_file_bytes = static_cast<std::uint64_t>(context.config.integer("ingest.max_file_bytes"));
        options.max_converted_bytes = static_cast<std::uint64_t>(context.config.integer("ingest.max_converted_bytes"));
        options.threads = static_cast<std::size_t>(context.config.integer("ingest.threads"));
        options.include = include_;
        options.exclude = exclude_;
        options.hidden = hidden_;
        options.git = git_;
        options.since = since_;
        options.prune = prune_ || watch_;
        options.dry_run = dry_run_;
        options.language = context.config.text("ingest.language");
        options.type = type_;
        const std::string& redact = redact_.empty() ? context.config.text("ingest.redact") : redact_;
        if (!redact.empty()) options.redact = redact::Redactor::parse_kinds(redact);
        options.fetch = app::configured_fetching(context, allow_private_);
        options.progress = [&context,
                            start = std::chrono::steady_clock::now()](const ingest::IngestProgress& progress) {
            if (!context.out.options().err_is_terminal) return;
            const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start;
            context.out.progress(progress_line(progress, elapsed.count()));
        };
        return options;
    }

    /// Null in a dry run where there is no base. A base is not made for paths of which none exists: the run is
    /// a dry one then, which reports them.
    [[nodiscard]] std::unique_ptr<store::Store> open_base(Context& context, const ingest::IngestInputs& inputs,
                                                          ingest::IngestOptions& options) const {
        if (exists(context.base_path)) {
            return dry_run_ ? store::open_store(context.base_path, store::StoreMode::read)
                            : app::open_or_create_base(context);
        }
        const auto any_exists = [](const std::vector<std::filesystem::path>& paths) {
            return std::ranges::any_of(paths,
                                       [](const auto& path) { return exists(path) || parse_glob(path); });
        };
        const bool any = !jsonl_.empty() || from_stdin() || !inputs.urls.empty() || any_exists(inputs.paths) ||
                         any_exists(inputs.listed);
        if ((any || watch_) && !dry_run_) return app::open_or_create_base(context);
        options.dry_run = true;
        return nullptr;
    }

    [[nodiscard]] ingest::IngestReport ingest(Context& context, store::Store* store, const ingest::IngestInputs& inputs,
                                              const ingest::IngestOptions& options) const {
        const bool piped = from_stdin() || jsonl_ == standard_input;
        if (piped && context.stdin_is_terminal) context.out.note("reading from the terminal; end with Ctrl-D");
        if (from_stdin()) {
            return ingest::ingest_stream(store, context.in, name_.empty() ? "stdin" : name_, options, context.cancel);
        }
        if (jsonl_.empty()) return quarry::ingest::ingest(store, inputs, options, context.cancel);
        if (piped) return ingest::ingest_jsonl(store, context.in, "stdin", options, context.cancel);
        std::ifstream file(jsonl_, std::ios::binary);
        if (!file || std::filesystem::is_directory(jsonl_)) {
            throw Error(ErrorCode::failed, fmt::format("cannot read {}", wire::display_uri(jsonl_)),
                        "--jsonl takes a file, or - for standard input")
                .because(std::filesystem::is_directory(jsonl_) ? "it is a folder" : std::strerror(errno));
        }
        return ingest::ingest_jsonl(store, file, jsonl_, options, context.cancel);
    }

    /// What a dry run says the embedding server would be asked for.
    [[nodiscard]] static std::uint64_t planned_tokens(const store::Store* store, const ingest::IngestReport& report,
                                                      const ingest::IngestOptions& options) {
        return report.tokens + app::tokens_without_vectors(store) +
               app::planned_sentence_tokens(options.chunking, report, store);
    }

    /// Says what was done, and makes the vectors, for what is left of --max-cost.
    ingest::EmbeddingReport finish(Context& context, store::Store* store, const ingest::IngestReport& report,
                                   const ingest::IngestOptions& options, const app::SentenceSpending& spending,
                                   bool is_new) const {
        context.out.progress("");
        warn_of_failures(context, report);
        if (dry_run_ && !context.json) print_actions(context, report);
        context.out.note(ingest_summary(report, dry_run_));
        if (dry_run_) {
            const app::EmbeddingPrice price = app::embedding_price(context.config);
            if (!price.model.empty()) context.out.note(app::cost_text(price, planned_tokens(store, report, options)));
        }
        if (store == nullptr || options.dry_run) return {};
        if (report.redacted > 0 && !store->setting(store::setting::redaction).value_or("").empty()) {
            context.out.note(
                "documents are redacted; conversations and cached answers stay as they are: quarry chats rm NAME and "
                "quarry cache clear remove them");
        }
        std::optional<double> left = max_cost_;
        if (left) *left -= spending.price.of(spending.tokens).value_or(0);
        return app::update_vectors(context, *store, {.note_if_small = is_new, .max_cost = left});
    }

    /// Runs again whenever something changes; ends with Ctrl-C.
    int watch(Context& context, store::Store& store, const ingest::IngestInputs& inputs,
              const ingest::IngestOptions& options, const app::SentenceSpending& spending) const {
        try {
            ingest::FolderWatch folders;
            for (bool first = true;; first = false) {
                folders.follow(inputs, options, context.cancel);
                watch_round(context, store, inputs, options, spending, first);
                if (first) context.out.note("watching; end with Ctrl-C");
                folders.wait(context.base_path.string(), context.cancel);
            }
        } catch (const Error& error) {
            if (error.code() != ErrorCode::interrupted) throw;
            context.out.progress("");
            return 0;
        }
    }

    /// What another process or a server is in the way of is tried again with the next change.
    void watch_round(Context& context, store::Store& store, const ingest::IngestInputs& inputs,
                     const ingest::IngestOptions& options, const app::SentenceSpending& spending, bool first) const {
        try {
            const ingest::IngestReport report = quarry::ingest::ingest(&store, inputs, options, context.cancel);
            context.out.progress("");
            const bool changed = report.added + report.updated + report.moved + report.removed > 0;
            if (!first && !changed && report.failed.empty()) return;
            const ingest::EmbeddingReport vectors = finish(context, &store, report, options, spending, first);
            if (!context.json) return;
            print_json(context, ingest_json(report, dry_run_), vectors, -1);
            context.out.result().flush();
        } catch (const Error& error) {
            const ErrorCode code = error.code();
            const bool passes =
                code == ErrorCode::locked || code == ErrorCode::provider_failed || code == ErrorCode::rate_limited;
            if (first || !passes) throw;
            context.out.warn(error.what());
        }
    }

    static void print_json(Context& context, nlohmann::ordered_json json, const ingest::EmbeddingReport& vectors,
                           int indent = 2) {
        json["embedder"] = vectors.embedder;
        json["embedded"] = vectors.embedded;
        context.out.result() << json.dump(indent, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << '\n';
    }

    static void print_actions(Context& context, const ingest::IngestReport& report) {
        for (const ingest::IngestReport::Planned& planned : report.actions) {
            std::string line =
                fmt::format("{:<7} {}", ingest::ingest_action_name(planned.action), wire::display_uri(planned.uri));
            if (planned.chunks > 0)
                line += fmt::format(" ({} chunk{})", planned.chunks, planned.chunks == 1 ? "" : "s");
            if (!planned.reason.empty()) {
                line += fmt::format(" ({})", one_line(strip_terminal_controls(planned.reason), 400));
            }
            context.out.result() << line << '\n';
            if (context.out.closed()) return;
        }
    }

    std::vector<std::string> paths_;
    std::string files_from_;
    std::string jsonl_;
    std::string name_;
    std::string type_;
    std::string since_;
    std::vector<std::string> include_;
    std::vector<std::string> exclude_;
    std::optional<double> max_cost_;
    bool null_ = false;
    bool hidden_ = false;
    bool git_ = false;
    bool prune_ = false;
    bool watch_ = false;
    bool allow_private_ = false;
    std::string redact_;
    bool dry_run_ = false;
};

}  // namespace

std::unique_ptr<Command> make_ingest_command() { return std::make_unique<IngestCommand>(); }

}  // namespace quarry::cli
