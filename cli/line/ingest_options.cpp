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
    options.flag("-0,--null", null, "In --files-from they end with a NUL byte, as find -print0 writes them");
    options
        .add("--jsonl", request.json_lines, "Read a document from each line of JSON in this file; - is standard input")
        .value("FILE");
    options.add("--name", name, "Name of the document on standard input (default: stdin)").value("NAME");
    options
        .add("--type", request.type,
             "What the documents are, such as markdown or text (default: by the ending of the file's name)")
        .value("TYPE");
    options.add("--include", request.include, "Of folders, read only files that match this pattern; may be repeated")
        .value("GLOB");
    options.add("--exclude", request.exclude, "Leave out files and folders that match; may be repeated").value("GLOB");
    options.flag("--hidden", request.hidden, "Read hidden files and folders too, except .git and .quarry");
    options.flag("--git", request.git, "Read only what git tracks in the folders (default: the working folder)");
    options.add("--since", request.since, "With --git, only what changed since this revision").value("REV");
    options.flag("--prune", request.prune, "Remove documents of the given folders whose files are gone");
    options.flag("--watch", watch, "Stay, and keep the base in step with the files until Ctrl-C");
    options.flag("--allow-private", request.allow_private,
                 "Read web pages of this machine and of private networks too");
    options.flag("--redact", request.redact, "default",
                 "Take secrets and personal data out before anything is stored: all but IP addresses, or those of "
                 "--redact=KINDS (secrets, email, phone, card, iban, us-ssn, ch-ahv, de-tax-id, ip, personal, all)");
    options.flag("--dry-run", request.dry_run,
                 "Only show what would be added, updated and removed, and what it costs");
    options.add("--max-cost", request.max_cost, "Most that embedding may cost, in the currency of the server's price")
        .value("AMOUNT")
        .check(amount());
}

void IngestArguments::check() const {
    if (paths.empty() && request.json_lines.empty() && files_from.empty()) {
        refuse("nothing to ingest was given", "give files, folders, - for standard input, or --jsonl FILE");
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
        refuse("--prune is for folders", "remove single documents with: quarry docs rm NAME");
    }
    if (null && files_from.empty()) {
        refuse("-0 says how the paths of --files-from end", "add --files-from FILE, or - for standard input");
    }
    check_git_and_watch();
}

void IngestArguments::check_git_and_watch() const {
    if (!request.since.empty() && !request.git) refuse("--since is for --git", "add --git");
    if (request.git && (from_stdin() || !request.json_lines.empty() || !files_from.empty())) {
        refuse("--git is for folders", "give the folder of a git repository");
    }
    if (!watch) return;
    const bool only_paths = request.json_lines.empty() && files_from.empty() && !from_stdin() &&
                            std::ranges::none_of(paths, [](const std::string& path) { return app::is_url(path); });
    if (!only_paths || !request.since.empty() || request.dry_run) {
        refuse("--watch is for files and folders",
               "leave out web addresses, lists, standard input, --since and --dry-run");
    }
}

}  // namespace quarry::cli
