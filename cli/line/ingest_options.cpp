// The options of quarry ingest, and which of them go together.
#include "cli/line/ingest_options.h"

#include <algorithm>
#include <string_view>

#include "cli/line/number_checks.h"
#include "core/app/ingest_inputs.h"
#include "core/base/error.h"

namespace quarry::cli {
namespace {

constexpr std::string_view standard_input_name = "-";

[[noreturn]] void refuse(const char* what, const char* hint) { throw Error(ErrorCode::usage, what, hint); }

}  // namespace

bool IngestArguments::from_stdin() const { return paths.size() == 1 && paths.front() == standard_input_name; }

void IngestArguments::declare(OptionTable& options) {
    options.add("path", paths, "Files, folders, patterns and web addresses to read; - is standard input").value("PATH");
    options
        .add("--files-from", files_from,
             "Read the paths and web addresses in this file, one a line; - is standard input")
        .value("FILE");
    options.flag("-0,--null", null, "Paths in --files-from end with a NUL byte, as find -print0 writes them");
    options
        .add("--jsonl", request.json_lines, "Read a document from each line of JSON in this file; - is standard input")
        .value("FILE");
    options.add("--name", name, "Name of the document on standard input (default: stdin)").value("NAME");
    options
        .add("--collection", request.collection,
             "Put the documents into this collection (default: where they are, else main)")
        .value("NAME")
        .check(not_empty);
    options
        .add("--type", request.type, "Type of the documents, such as markdown or text (default: by the file extension)")
        .value("TYPE");
    options.add("--include", request.include, "In folders, read only files that match this pattern").value("GLOB");
    options.add("--exclude", request.exclude, "Leave out files and folders that match this pattern").value("GLOB");
    options.flag("--hidden", request.hidden, "Also read hidden files and folders, except .git and .quarry");
    options.flag("--git", request.git, "Read only what git tracks in the folders (default: the working folder)");
    options.add("--since", request.since, "With --git, only what changed since this revision").value("REV");
    options.flag("--prune", request.prune, "Remove documents in the given folders whose files no longer exist");
    options.flag("--watch", watch, "Keep running and read changes until Ctrl-C");
    options.flag("--allow-private", request.allow_private,
                 "Also read web pages on this machine and in private networks");
    options.flag("--redact", request.redact, "default",
                 "Remove secrets and personal data before anything is stored: all kinds except IP addresses, or "
                 "--redact=KINDS (secrets, email, phone, card, iban, us-ssn, ch-ahv, de-tax-id, ip, personal, all)");
    options.flag("--dry-run", request.dry_run,
                 "Show what would be added, updated and removed and what it costs; change nothing");
    options
        .add("--max-cost", request.max_cost, "Spend at most this on embedding, in the currency of the server's price")
        .value("AMOUNT")
        .check(amount());
}

void IngestArguments::check() const {
    if (paths.empty() && request.json_lines.empty() && files_from.empty()) {
        refuse("nothing to ingest", "give files, folders, - for standard input, or --jsonl FILE");
    }
    if ((!paths.empty() || !files_from.empty()) && !request.json_lines.empty()) {
        refuse("paths and --jsonl cannot be read in one run", "run quarry ingest once for each");
    }
    const bool dash = std::ranges::find(paths, standard_input_name) != paths.end();
    if (dash && (!from_stdin() || !files_from.empty())) {
        refuse("- (standard input) cannot be read together with other paths", "run quarry ingest once for each");
    }
    if (!name.empty() && !from_stdin()) {
        refuse("--name names the document on standard input", "add - to read it: quarry ingest - --name NAME");
    }
    if (request.prune && (from_stdin() || !request.json_lines.empty())) {
        refuse("--prune needs a folder", "remove single documents with: quarry docs rm NAME");
    }
    if (null && files_from.empty()) {
        refuse("-0 needs --files-from", "add --files-from FILE, or - for standard input");
    }
    check_git_and_watch();
}

void IngestArguments::check_git_and_watch() const {
    if (!request.since.empty() && !request.git) refuse("--since needs --git", "add --git");
    if (request.git && (from_stdin() || !request.json_lines.empty() || !files_from.empty())) {
        refuse("--git needs a folder", "give the folder of a git repository");
    }
    if (!watch) return;
    const bool only_paths = request.json_lines.empty() && files_from.empty() && !from_stdin() &&
                            std::ranges::none_of(paths, [](const std::string& path) { return app::is_url(path); });
    if (!only_paths || !request.since.empty() || request.dry_run) {
        refuse("--watch needs files or folders",
               "leave out web addresses, lists, standard input, --since and --dry-run");
    }
}

}  // namespace quarry::cli
